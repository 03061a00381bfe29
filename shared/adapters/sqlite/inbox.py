"""The inbox in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.message_rows import changes_of, changes_text
from shared.messages.changes import Change
from shared.messages.changes import waiting as waiting_of
from shared.messages.paging import FillingPage
from shared.messages.received import InboundMessage, InboxPage

_COLUMNS = (
    "session_uid, position, id, chat, from_number, from_lid, from_me, timestamp, type, push_name, content, raw, "
    "changes, waits, fetches"
)
_CONTENT, _RAW, _CHANGES = 10, 11, 12
_PLACES = ", ".join("?" * 15)
_INSERT = f"""
    INSERT INTO inbox ({_COLUMNS}) VALUES ({_PLACES}) ON CONFLICT (session_uid, chat, id, from_me) DO NOTHING
"""  # noqa: S608 - constants
_ONE = f"""
    SELECT {_COLUMNS} FROM inbox WHERE session_uid = ? AND chat = ? AND id = ? AND from_me = ?
"""  # noqa: S608 - constants
_CHANGE = """
    UPDATE inbox SET position = ?, from_number = ?, from_lid = ?, timestamp = ?, type = ?, push_name = ?, content = ?,
        raw = ?, changes = ?, waits = ?, fetches = ?
    WHERE session_uid = ? AND chat = ? AND id = ? AND from_me = ?
"""
_FETCHES = f"""
    SELECT {_COLUMNS} FROM inbox INDEXED BY inbox_fetches
    WHERE session_uid = ? AND fetches = 1 ORDER BY position LIMIT ?
"""  # noqa: S608 - constants
_WAIT = "SELECT 1 FROM inbox INDEXED BY inbox_waiting WHERE session_uid = ? AND waits = 1 LIMIT 1"
_NEWEST = f"""
    SELECT {_COLUMNS} FROM inbox
    WHERE session_uid = ? AND (chat = 'status@broadcast') = ? AND position < ? AND type <> ''
    ORDER BY position DESC LIMIT ?
"""  # noqa: S608 - constants
_AFTER_EVERY_POSITION = "\U0010ffff"
_CLEAR = "DELETE FROM inbox WHERE rowid IN (SELECT rowid FROM inbox WHERE session_uid = ? LIMIT ?)"
_PURGE = "DELETE FROM inbox WHERE rowid IN (SELECT rowid FROM inbox WHERE position < ? LIMIT ?)"
_OF_KIND = "FROM inbox WHERE session_uid = ? AND (chat = 'status@broadcast') = ?"
_FIRST_BEYOND = f"SELECT position {_OF_KIND} ORDER BY position DESC LIMIT 1 OFFSET ?"
_TRIM = f"""
    DELETE FROM inbox WHERE rowid IN (SELECT rowid {_OF_KIND} AND position <= ? ORDER BY position LIMIT ?)
"""  # noqa: S608 - constants
_AT_ONCE = 500


class SqliteInbox:
    """`shared.messages.ports.Inbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, messages: Sequence[InboundMessage]) -> list[Change]:
        """Store them; one that is there already (session, chat, id, from_me) is left as it is. See the port."""
        if not messages:
            return []
        rows_ = [_row(message) for message in messages]
        return await self._database.write(lambda rows: _append(rows, messages, rows_))

    async def change(self, changes: Sequence[Change]) -> list[bool]:
        """Have messages take what is said about them; see the port."""
        if not changes:
            return []
        return await self._database.write(lambda rows: [_change(rows, change) for change in changes])

    async def get(self, session_uid: str, chat: str, message_id: str, *, from_me: bool) -> InboundMessage | None:
        """A message; None when it is not there."""
        identity = (session_uid, chat, message_id, from_me)
        found = await self._database.read(lambda rows: _found(rows, identity))
        return found if found is not None and found.is_there else None

    async def to_fetch(self, session_uid: str, *, limit: int) -> list[InboundMessage]:
        """Messages of a session whose files are still to be had, the first first."""
        found = await self._database.read(lambda rows: rows.execute(_FETCHES, (session_uid, limit)).fetchall())
        return [_message(row) for row in found]

    async def newest(
        self, session_uid: str, *, limit: int, before: str | None = None, status: bool = False
    ) -> InboxPage:
        """A page of messages, or of status updates, newest first, older than the cursor when one is given."""
        values = (session_uid, status, _AFTER_EVERY_POSITION if before is None else before, limit + 1)
        return await self._database.read(lambda rows: _page(rows.execute(_NEWEST, values), limit))

    async def purge(self, *, before: int) -> int:
        """Remove messages that arrived before this time; how many."""
        return await self._remove(_PURGE, f"{before:013d}")

    async def trim(self, session_uid: str, *, keep: int) -> int:
        """Remove a session's oldest messages beyond this number, and status updates likewise; how many."""
        removed = 0
        for status in (False, True):
            first = await self._database.read(
                lambda rows, status=status: rows.execute(_FIRST_BEYOND, (session_uid, status, keep)).fetchone()
            )
            if first is not None:
                removed += await self._remove(_TRIM, session_uid, status, first[0])
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


def _page(rows: Iterable[tuple[Any, ...]], limit: int) -> InboxPage:
    filling = FillingPage(limit)
    for row in rows:
        size = sum(len(row[place] or b"") for place in (_CONTENT, _RAW, _CHANGES))
        if not filling.take(_message(row), size):
            break
    return filling.page()


def _append(
    rows: sqlite3.Connection, messages: Sequence[InboundMessage], values: Sequence[tuple[Any, ...]]
) -> list[Change]:
    """Insert them; then, where the session has rows that wait for one, let those of them take it."""
    rows.executemany(_INSERT, values)
    sessions = {message.session_uid for message in messages}
    waiting = {uid for uid in sessions if rows.execute(_WAIT, (uid,)).fetchone()}
    sealed: list[Change] = []
    for message in messages:
        if message.session_uid not in waiting:
            continue
        found = _found(rows, _identity(message))
        if found is None or not found.waits:
            continue
        after = found.completed_by(message)
        _write(rows, found, after)
        if after.is_there:
            sealed += waiting_of(after.changes, "sealed")
    return sealed


def _change(rows: sqlite3.Connection, change: Change) -> bool:
    found = _found(rows, (change.session_uid, change.chat, change.message_id, change.from_me))
    if found is None:
        if change.waits_for_message:
            missing = InboundMessage.missing(change, f"{change.arrived_at:013d}-{change.id}")
            rows.execute(_INSERT, _row(missing.changed_by(change)))
        return False
    _write(rows, found, found.changed_by(change))
    return found.is_there


def _found(rows: sqlite3.Connection, identity: tuple[str | bool, ...]) -> InboundMessage | None:
    found = rows.execute(_ONE, identity).fetchone()
    return None if found is None else _message(found)


def _write(rows: sqlite3.Connection, before: InboundMessage, after: InboundMessage) -> None:
    if after is before:
        return
    _, position, _, _, number, lid, _, *rest = _row(after)
    rows.execute(_CHANGE, (position, number, lid, *rest, *_identity(after)))


def _identity(message: InboundMessage) -> tuple[str | bool, ...]:
    return message.session_uid, message.chat, message.id, message.from_me


def _row(message: InboundMessage) -> tuple[Any, ...]:
    return (
        message.session_uid,
        message.position,
        message.id,
        message.chat,
        message.from_number,
        message.from_lid,
        message.from_me,
        message.timestamp,
        message.type,
        message.push_name,
        orjson.dumps(message.content).decode(),
        message.raw,
        changes_text(message.changes),
        message.waits,
        message.fetches,
    )


def _message(row: tuple[Any, ...]) -> InboundMessage:
    session_uid, position, id_, chat, from_number, from_lid, from_me, timestamp, type_, *rest = row
    push_name, content, raw, changes, *_ = rest
    return InboundMessage(
        session_uid=session_uid,
        position=position,
        id=id_,
        chat=chat,
        from_number=from_number,
        from_lid=from_lid,
        from_me=bool(from_me),
        timestamp=timestamp,
        type=type_,
        push_name=push_name,
        content=orjson.loads(content),
        raw=raw,
        changes=changes_of(changes),
    )
