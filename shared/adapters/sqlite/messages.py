"""Outbound messages in SQLite: one row each, every step one conditional write."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import islice

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.message_rows import (
    COLUMNS,
    PLACES,
    changes_text,
    message_of,
    row_of,
    sources,
    text_of,
    times_of,
)
from shared.adapters.sqlite.search_index import look_again, place_of_sent
from shared.errors import IdempotencyKeyReused
from shared.ids import first_message_id, now_ms
from shared.messages.changes import Change
from shared.messages.model import (
    FINAL_FAILURES,
    Accepted,
    ChatTimer,
    Failure,
    Idempotency,
    MessageState,
    OutboundMessage,
)
from shared.messages.readable import readable
from shared.messages.untold import OUTCOMES, mark_of

_INSERT = f"INSERT INTO messages ({COLUMNS}) VALUES ({PLACES}) ON CONFLICT DO NOTHING"  # noqa: S608 - constants, as in all below
_BY_ID = f"SELECT {COLUMNS} FROM messages WHERE id = ?"  # noqa: S608
_OPEN = f"""
    SELECT {COLUMNS} FROM messages WHERE session_uid = ? AND state IN ('accepted', 'queued') AND id > ? ORDER BY id
"""  # noqa: S608
_SENDING = f"""
    SELECT {COLUMNS} FROM messages WHERE session_uid = ? AND state = 'sending' AND epoch < ? ORDER BY id
"""  # noqa: S608
_WITH_OPEN = "SELECT DISTINCT session_uid FROM messages WHERE state IN ('accepted', 'queued')"
_COUNT_OPEN = """
    SELECT count(*) FROM (
        SELECT 1 FROM messages WHERE session_uid = ? AND state IN ('accepted', 'queued') LIMIT ?
    )
"""
_STEP = f"""
    UPDATE messages SET state = ?1, times = json_set(times, '$.' || ?1, ?2), epoch = coalesce(?3, epoch),
        wa_id = coalesce(?4, wa_id), failure = coalesce(?5, failure), sender = coalesce(sender, ?9),
        untold = coalesce(?10, untold)TO
    WHERE id = ?6 AND state IN (SELECT value FROM json_each(?7)) RETURNING {COLUMNS}
"""  # noqa: S608
_ADVANCE, _ADVANCE_TO = _STEP.replace("TO", ""), _STEP.replace("TO", ", recipient = ?8")
"""Apart: a statement that may change the recipient writes its index anew."""
_SENT = """
    UPDATE messages SET state = 'sent', wa_id = ?, times = ?, untold = ?
    WHERE id = ? AND state = 'sending' AND epoch = ?
"""
_CHANGE = "UPDATE messages SET changes = ? WHERE id = ?"
_BY_WA_ID = f"SELECT {COLUMNS} FROM messages WHERE session_uid = ? AND wa_id = ? ORDER BY id"  # noqa: S608
_REQUEUE = f"""
    UPDATE messages SET state = 'queued', times = json_set(times, '$.queued', ?1), queue = 1, expires_at = ?2,
        failure = NULL, untold = NULL
    WHERE id = ?3 AND wa_id = ?4 AND state IN ('sent', 'unknown') RETURNING {COLUMNS}
"""  # noqa: S608
_SETTLE = """
    UPDATE messages SET state = ?1,
        times = json_set(
            CASE WHEN ?1 IN ('read', 'played') THEN json_insert(times, '$.delivered', ?2) ELSE times END,
            '$.' || ?1, ?2),
        untold = CASE state WHEN 'unknown' THEN ?6 ELSE untold END
    WHERE session_uid = ?3 AND wa_id = ?4 AND state IN (SELECT value FROM json_each(?5))
"""
_SET_TIMER = """
    INSERT INTO chat_timers (session_uid, own, chat, seconds, set_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET own = excluded.own, seconds = excluded.seconds, set_at = excluded.set_at
        WHERE excluded.own <> own OR excluded.set_at >= set_at
"""
_TIMERS = "SELECT session_uid, own, chat, seconds, set_at FROM chat_timers WHERE session_uid = ?"
_DELETE_TIMERS = "DELETE FROM chat_timers WHERE session_uid = ?"
_SAME_KEY = f"""
    SELECT body_hash, {COLUMNS} FROM idempotency JOIN messages ON id = message_id WHERE key = ? AND valid_until > ?
"""  # noqa: S608
_KEEP_KEY = "INSERT OR REPLACE INTO idempotency (key, body_hash, message_id, valid_until) VALUES (?, ?, ?, ?)"

_AT_ONCE = 500
"""Rows removed in one transaction: what others write waits no longer than that takes."""
_DELETE_OF = """
    DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages WHERE session_uid = ? LIMIT ?)
"""
_PURGE = "DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages WHERE id < ? ORDER BY id LIMIT ?)"
_PURGE_KEYS = "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE valid_until < ? LIMIT ?)"


class SqliteMessages:
    """`shared.messages.ports.ThreadedMessages`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(self, message: OutboundMessage, idempotency: Idempotency | None = None) -> Accepted:
        """Store a message as it is, or return the one stored under its id or the same unexpired idempotency key.

        Raises:
            IdempotencyKeyReused: the key was used with another body.
        """
        return await self._database.write(_accepting(message, idempotency))

    async def of_request(self, idempotency: Idempotency) -> OutboundMessage | None:
        """The message that stands for a request; see the port."""
        return await self._database.read(lambda rows: _same_request(rows, idempotency, "", now_ms()))

    def begin(
        self,
        message: OutboundMessage,
        idempotency: Idempotency | None,
        then: Callable[[Accepted | None, Exception | None], None],
    ) -> None:
        """See `ThreadedMessages`."""
        self._database.begin(_accepting(message, idempotency), then)

    def finish(
        self,
        claim: OutboundMessage,
        wa_id: str,
        times: Mapping[MessageState, int],
        then: Callable[[bool | None, Exception | None], None],
    ) -> None:
        """See `ThreadedMessages`. A power cut may take it back (docs/adr/0032)."""
        values = (wa_id, times_of(times), mark_of(MessageState.SENT, now_ms()), claim.id, claim.epoch)
        self._database.begin(lambda rows: rows.execute(_SENT, values).rowcount > 0, then, lasting=False)

    async def get(self, message_id: str) -> OutboundMessage | None:
        """The row, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_BY_ID, (message_id,))))

    async def advance(  # noqa: PLR0913 - one conditional write has all these parts
        self,
        message_id: str,
        to: MessageState,
        *,
        now: int,
        only_from: Collection[MessageState] | None = None,
        epoch: int | None = None,
        wa_id: str | None = None,
        failure: Failure | None = None,
        recipient: str | None = None,
        sender: str | None = None,
    ) -> OutboundMessage | None:
        """Move a row and note the time; None, and nothing written, when `NEXT` (or `only_from`) does not allow it."""
        allowed = sources(to, None if only_from is None else frozenset(only_from))
        untold = mark_of(to, now_ms()) if to in OUTCOMES else None
        values = (to.value, now, epoch, wa_id, text_of(failure), message_id, allowed, recipient, sender, untold)
        step = _ADVANCE if recipient is None else _ADVANCE_TO
        return await self._database.write(lambda rows: _one(rows.execute(step, values)))

    async def open_of(self, session_uid: str, limit: int, after: str | None = None) -> list[OutboundMessage]:
        """See the port."""
        values = (session_uid, after or "")
        return await self._database.read(lambda rows: _read(rows.execute(_OPEN, values), limit))

    async def with_open(self, session_uids: Collection[str]) -> Collection[str]:
        """See the port."""
        found = await self._database.read(lambda rows: rows.execute(_WITH_OPEN).fetchall())
        return {uid for (uid,) in found}.intersection(session_uids)

    async def count_open(self, session_uid: str, at_most: int) -> int:
        """See the port."""
        return await self._database.read(lambda rows: rows.execute(_COUNT_OPEN, (session_uid, at_most)).fetchone()[0])

    async def sending_of(self, session_uid: str, before_epoch: int) -> list[OutboundMessage]:
        """See the port."""
        return await self._database.read(lambda rows: _read(rows.execute(_SENDING, (session_uid, before_epoch))))

    async def settle(self, session_uid: str, wa_id: str, to: MessageState, *, now: int) -> bool:
        """Apply a receipt to the session's message with this WhatsApp id; False when there is none or it is further."""
        values = (to.value, now, session_uid, wa_id, sources(to, None), mark_of(MessageState.SENT, now_ms()))
        return await self._database.write(lambda rows: rows.execute(_SETTLE, values).rowcount > 0)

    async def by_wa_id(self, session_uid: str, wa_id: str) -> OutboundMessage | None:
        """The session's message with this WhatsApp id, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_BY_WA_ID, (session_uid, wa_id))))

    async def change(self, wa_id: str, change: Change) -> bool:
        """See the port."""
        return await self._database.write(lambda rows: _change(rows, wa_id, change))

    async def requeue(self, message_id: str, wa_id: str, *, now: int, expires_at: int) -> OutboundMessage | None:
        """Have a message sent once more; None when it is not SENT or UNKNOWN under this WhatsApp id."""
        values = (now, expires_at, message_id, wa_id)
        return await self._database.write(lambda rows: _one(rows.execute(_REQUEUE, values)))

    async def set_timer(self, timer: ChatTimer) -> None:
        """Keep the disappearing timer of a chat, unless one of the same number that was set later is kept."""
        values = (timer.session_uid, timer.own, timer.chat, timer.seconds, timer.set_at)
        await self._database.write(lambda rows: rows.execute(_SET_TIMER, values))

    async def timers_of(self, session_uid: str) -> list[ChatTimer]:
        """The timers of all of a session's chats that were ever told, in no order."""
        rows = await self._database.read(lambda rows: rows.execute(_TIMERS, (session_uid,)).fetchall())
        return [ChatTimer(*row) for row in rows]

    async def delete_of(self, session_uid: str) -> None:
        """Remove every row of a session. May be repeated."""
        await self._database.write(lambda rows: rows.execute(_DELETE_TIMERS, (session_uid,)))
        await self._remove(_DELETE_OF, session_uid)

    async def purge(self, *, before: int) -> int:
        """Remove rows made before this time and idempotency keys that expired before it; how many."""
        return await self._remove(_PURGE, first_message_id(before)) + await self._remove(_PURGE_KEYS, before)

    async def _remove(self, statement: str, condition: str | int) -> int:
        total = 0
        while True:
            removed = await self._database.write(lambda rows: rows.execute(statement, (condition, _AT_ONCE)).rowcount)
            total += removed
            if removed < _AT_ONCE:
                return total


def _accepting(message: OutboundMessage, idempotency: Idempotency | None) -> Callable[[sqlite3.Connection], Accepted]:
    if message.state not in message.times:
        message = replace(message, times={message.state: message.created_at, **message.times})
    row, now = row_of(message), now_ms()

    def accept_once(rows: sqlite3.Connection) -> Accepted:
        earlier = None if idempotency is None else _same_request(rows, idempotency, message.id, now)
        if earlier is not None:
            return Accepted(earlier, created=False)
        if idempotency is not None:
            key = (idempotency.key, idempotency.body_hash, message.id, idempotency.expires_at)
            rows.execute(_KEEP_KEY, key)
        if rows.execute(_INSERT, row).rowcount:
            if "album" in message.about:  # a part of one has an older id than its row
                look_again(rows, message.session_uid, message_id=message.id)
            return Accepted(message, created=True)
        return Accepted(message_of(rows.execute(_BY_ID, (message.id,)).fetchone()), created=False)

    return accept_once


def _same_request(
    rows: sqlite3.Connection, idempotency: Idempotency, message_id: str, now: int
) -> OutboundMessage | None:
    """The message that stands for this request, unless it is an earlier one's that ended without being handed over."""
    found = rows.execute(_SAME_KEY, (idempotency.key, now)).fetchone()
    if found is None:
        return None
    body_hash, *row = found
    if body_hash != idempotency.body_hash:
        raise IdempotencyKeyReused
    earlier = message_of(row)
    return None if earlier.state in FINAL_FAILURES and earlier.id != message_id else earlier


def _change(rows: sqlite3.Connection, wa_id: str, change: Change) -> bool:
    found = rows.execute(_BY_WA_ID, (change.session_uid, wa_id)).fetchall()
    for message in map(message_of, found):
        after = message.changed_by(change)
        if after is not message:
            rows.execute(_CHANGE, (changes_text(after.changes), message.id))
            look_again(rows, message.session_uid, message_id=message.id, changed=place_of_sent(message))
    return bool(found)


def _one(cursor: sqlite3.Cursor) -> OutboundMessage | None:
    found = cursor.fetchall()  # to its end: an UPDATE ... RETURNING that is left half read stays open
    return message_of(found[0]) if found else None


def _read(cursor: sqlite3.Cursor, limit: int | None = None) -> list[OutboundMessage]:
    """The messages of the first rows that can be read."""
    messages = (readable(row, message_of, row[0]) for row in cursor)
    found = list(islice((message for message in messages if message is not None), limit))
    cursor.close()  # half read it would hold its snapshot, and the log of writes could not be cut
    return found
