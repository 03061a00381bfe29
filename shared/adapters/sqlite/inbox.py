"""The inbox in SQLite."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from shared.adapters.sqlite import acquaintances
from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.inbox_rows import COLUMNS, PLACES, inbound_of, row_of, size_of
from shared.adapters.sqlite.search_index import look_again
from shared.messages.changes import Change
from shared.messages.changes import waiting as waiting_of
from shared.messages.paging import FillingPage, inbox_page
from shared.messages.received import InboundMessage, InboxPage

_SAYS = ("position", "from_number", "from_lid", "timestamp", "type", "push_name", "content", "raw", "fetches")
_INSERT = f"""
    INSERT INTO inbox ({COLUMNS}) VALUES ({PLACES})
    ON CONFLICT (session_uid, chat, id, from_me) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in _SAYS)}, history = 0
        WHERE history = 1 AND excluded.history = 0
"""  # noqa: S608 - constants, as in all below
_ONE = f"SELECT {COLUMNS} FROM inbox WHERE session_uid = ? AND chat = ? AND id = ? AND from_me = ?"  # noqa: S608
_CHANGE = """
    UPDATE inbox SET position = ?, from_number = ?, from_lid = ?, timestamp = ?, type = ?, push_name = ?, content = ?,
        raw = ?, changes = ?, waits = ?, fetches = ?, history = ?
    WHERE session_uid = ? AND chat = ? AND id = ? AND from_me = ?
"""
_FETCHES = f"""
    SELECT {COLUMNS} FROM inbox INDEXED BY inbox_fetches
    WHERE session_uid = ? AND fetches = 1 ORDER BY position LIMIT ?
"""  # noqa: S608
_WAIT = "SELECT 1 FROM inbox INDEXED BY inbox_waiting WHERE session_uid = ? AND waits = 1 LIMIT 1"
_SENT_HERE = "SELECT 1 FROM messages WHERE session_uid = ? AND wa_id = ?"
_NEW = "session_uid = ? AND (chat = 'status@broadcast') = ? AND history = 0"
_OLD = "session_uid = ? AND history = 1"
_NEWEST = f"""
    SELECT {COLUMNS} FROM inbox INDEXED BY inbox_by_position
    WHERE {_NEW} AND position < ? AND type <> '' ORDER BY position DESC LIMIT ?
"""  # noqa: S608
_AFTER_EVERY_POSITION = "\U0010ffff"
_CLEAR = "DELETE FROM inbox WHERE rowid IN (SELECT rowid FROM inbox WHERE session_uid = ? LIMIT ?)"
_SESSIONS = """
    WITH RECURSIVE found (uid) AS (
        SELECT min(session_uid) FROM inbox
        UNION ALL SELECT (SELECT min(session_uid) FROM inbox WHERE session_uid > uid) FROM found WHERE uid IS NOT NULL
    )
    SELECT uid FROM found WHERE uid IS NOT NULL
"""
_PARTS: tuple[tuple[str, tuple[bool, ...]], ...] = ((_NEW, (False,)), (_NEW, (True,)), (_OLD, ()))
"""Of an inbox, each with its own age and number: messages, status updates, and what was said before."""
_AT_ONCE = 500


class SqliteInbox:
    """`shared.messages.ports.Inbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, messages: Sequence[InboundMessage]) -> list[Change]:
        """Store them; one that is there already (session, chat, id, from_me) is left as it is. See the port."""
        if not messages:
            return []
        rows_ = [row_of(message) for message in messages]
        return await self._database.write(lambda rows: _append(rows, messages, rows_))

    async def change(self, changes: Sequence[Change]) -> list[bool]:
        """Have messages take what is said about them; see the port."""
        if not changes:
            return []
        return await self._database.write(lambda rows: [_change(rows, change) for change in changes])

    async def get(self, session_uid: str, chat: str, message_id: str, *, from_me: bool) -> InboundMessage | None:
        """A message; None when it is not there."""
        identity = (session_uid, chat, message_id, from_me)
        found = await self._database.read(lambda rows: found_at(rows, identity))
        return found if found is not None and found.is_there else None

    async def to_fetch(self, session_uid: str, *, limit: int) -> list[InboundMessage]:
        """Messages of a session whose files are still to be had, the first first."""
        found = await self._database.read(lambda rows: rows.execute(_FETCHES, (session_uid, limit)).fetchall())
        return [inbound_of(row) for row in found]

    async def newest(
        self, session_uid: str, *, limit: int, before: str | None = None, status: bool = False
    ) -> InboxPage:
        """A page of messages, or of status updates, newest first, older than the cursor when one is given."""
        values = (session_uid, status, _AFTER_EVERY_POSITION if before is None else before, limit + 1)
        return await self._database.read(lambda rows: _page(rows.execute(_NEWEST, values), limit))

    async def purge(self, *, before: int) -> int:
        """Remove messages that arrived, or of what was said before were written, before this time; how many."""
        position = f"{before:013d}"
        removed = 0
        for part, values in await self._database.read(lambda rows: _with_older(rows, position)):
            removed += await self._remove(_older(part, "<"), *values, position)
        return removed

    async def trim(self, session_uid: str, *, keep: int) -> int:
        """Remove a session's oldest messages beyond this number, and status updates and history likewise; how many."""
        removed = 0
        for part, kind in _PARTS:
            values = (session_uid, *kind)
            beyond = f"SELECT position FROM inbox WHERE {part} ORDER BY position DESC LIMIT 1 OFFSET ?"  # noqa: S608
            first = await self._database.read(
                lambda rows, beyond=beyond, values=values: rows.execute(beyond, (*values, keep)).fetchone()
            )
            if first is not None:
                removed += await self._remove(_older(part, "<="), *values, first[0])
        return removed

    async def clear(self, session_uid: str) -> None:
        """Remove all of a session's messages."""
        await self._remove(_CLEAR, session_uid)

    async def _remove(self, statement: str, *which: str | bool) -> int:
        """Some at a time: what others write waits no longer than that takes."""
        total = 0
        while True:
            removed = await self._database.write(lambda rows: rows.execute(statement, (*which, _AT_ONCE)).rowcount)
            total += removed
            if removed < _AT_ONCE:
                return total


def found_at(rows: sqlite3.Connection, identity: tuple[str | bool, ...]) -> InboundMessage | None:
    """The message of a session, chat and id that is, or is not, its own number's."""
    found = rows.execute(_ONE, identity).fetchone()
    return None if found is None else inbound_of(found)


def _with_older(rows: sqlite3.Connection, position: str) -> list[tuple[str, tuple[str | bool, ...]]]:
    """The parts of inboxes that have something before a position."""
    found: list[tuple[str, tuple[str | bool, ...]]] = []
    for (uid,) in rows.execute(_SESSIONS).fetchall():
        for part, kind in _PARTS:
            asked = f"SELECT 1 FROM inbox WHERE {part} AND position < ? LIMIT 1"  # noqa: S608
            if rows.execute(asked, (uid, *kind, position)).fetchone():
                found.append((part, (uid, *kind)))
    return found


def _older(part: str, how: str) -> str:
    """Removes some of a part of an inbox that are older."""
    oldest = f"SELECT rowid FROM inbox WHERE {part} AND position {how} ? ORDER BY position LIMIT ?"  # noqa: S608
    return f"DELETE FROM inbox WHERE rowid IN ({oldest})"  # noqa: S608


def _page(rows: Iterable[tuple[Any, ...]], limit: int) -> InboxPage:
    filling = FillingPage[InboundMessage](limit)
    for row in rows:
        if not filling.take(inbound_of(row), size_of(row)):
            break
    return inbox_page(filling)


def _append(
    rows: sqlite3.Connection, messages: Sequence[InboundMessage], values: Sequence[tuple[Any, ...]]
) -> list[Change]:
    """Insert them; then, where the session has rows that wait for one, let those of them take it."""
    if any(row[-1] for row in values):  # history
        kept = [not _was_sent_here(rows, message) for message in messages]
        messages = [message for message, keep in zip(messages, kept, strict=True) if keep]
        values = [row for row, keep in zip(values, kept, strict=True) if keep]
    rows.executemany(_INSERT, values)
    acquaintances.note(rows, messages)
    sealed: list[Change] = []
    of_sessions: defaultdict[str, list[InboundMessage]] = defaultdict(list)
    for message in messages:
        of_sessions[message.session_uid].append(message)
    for uid, arrived in of_sessions.items():
        look_again(rows, uid, position=min(message.position for message in arrived))
        if rows.execute(_WAIT, (uid,)).fetchone():
            sealed += [change for message in arrived for change in _completed(rows, message)]
    return sealed


def _was_sent_here(rows: sqlite3.Connection, message: InboundMessage) -> bool:
    """Whether the phone tells of a message that this gateway has sent, and has the row of."""
    if not (message.is_history and message.from_me):
        return False
    return rows.execute(_SENT_HERE, (message.session_uid, message.id)).fetchone() is not None


def _completed(rows: sqlite3.Connection, message: InboundMessage) -> list[Change]:
    """Have the row that waits for a message take it, if there is one; what is sealed about it."""
    found = found_at(rows, _identity(message))
    if found is None or not found.waits:
        return []
    after = found.completed_by(message)
    _write(rows, found, after)
    return waiting_of(after.changes, "sealed") if after.is_there else []


def _change(rows: sqlite3.Connection, change: Change) -> bool:
    found = found_at(rows, (change.session_uid, change.chat, change.message_id, change.from_me))
    if found is None:
        if change.waits_for_message:
            missing = InboundMessage.missing(change, f"{change.arrived_at:013d}-{change.id}")
            rows.execute(_INSERT, row_of(missing.changed_by(change)))
        return False
    _write(rows, found, found.changed_by(change))
    return found.is_there


def _write(rows: sqlite3.Connection, before: InboundMessage, after: InboundMessage) -> None:
    if after is before:
        return
    _, position, _, _, number, lid, _, *rest = row_of(after)
    rows.execute(_CHANGE, (position, number, lid, *rest, *_identity(after)))
    if before.content.get("message") != after.content.get("message"):
        look_again(rows, after.session_uid, position=after.position, changed=_identity(after))


def _identity(message: InboundMessage) -> tuple[str | bool, ...]:
    return message.session_uid, message.chat, message.id, message.from_me
