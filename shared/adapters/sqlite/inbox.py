"""The inbox in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from shared.adapters.sqlite.database import Database
from shared.messages.model import InboundMessage, InboxPage
from shared.messages.paging import FillingPage

_COLUMNS = "session_uid, position, id, chat, from_number, from_lid, from_me, timestamp, type, push_name, content, raw"
_CONTENT, _RAW = 10, 11
_INSERT = f"""
    INSERT INTO inbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (session_uid, chat, id, from_me) DO NOTHING
"""  # noqa: S608 - constants
_ONE = f"""
    SELECT {_COLUMNS} FROM inbox WHERE session_uid = ? AND chat = ? AND id = ? AND from_me = ?
"""  # noqa: S608 - constants
_CHANGE = "UPDATE inbox SET content = ?, raw = ? WHERE session_uid = ? AND chat = ? AND id = ? AND from_me = ?"
_NEWEST = f"""
    SELECT {_COLUMNS} FROM inbox
    WHERE session_uid = ? AND (chat = 'status@broadcast') = ? AND position < ? ORDER BY position DESC LIMIT ?
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

    async def append(self, messages: Sequence[InboundMessage]) -> None:
        """Store them; one that is there already (session, chat, id, from_me) is left as it is. May be repeated."""
        if messages:
            rows_ = [_row(message) for message in messages]
            await self._database.write(lambda rows: rows.executemany(_INSERT, rows_))

    async def change(self, changes: Sequence[InboundMessage]) -> None:
        """Edit or delete messages, in this order; see the port."""
        if changes:
            await self._database.write(lambda rows: [_change(rows, change) for change in changes])

    async def get(self, session_uid: str, chat: str, message_id: str, *, from_me: bool) -> InboundMessage | None:
        """A message; None when it is not there."""
        identity = (session_uid, chat, message_id, from_me)
        found = await self._database.read(lambda rows: rows.execute(_ONE, identity).fetchone())
        return None if found is None else _message(found)

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
        if not filling.take(_message(row), len(row[_CONTENT]) + len(row[_RAW] or b"")):
            break
    return filling.page()


def _change(rows: sqlite3.Connection, change: InboundMessage) -> None:
    identity = (change.session_uid, change.chat, change.id, change.from_me)
    found = rows.execute(_ONE, identity).fetchone()
    if found is None:
        rows.execute(_INSERT, _row(change))
        return
    after = _message(found).changed_by(change)
    rows.execute(_CHANGE, (orjson.dumps(after.content).decode(), after.raw, *identity))


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
    )


def _message(row: tuple[Any, ...]) -> InboundMessage:
    session_uid, position, id_, chat, from_number, from_lid, from_me, timestamp, type_, push_name, content, raw = row
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
    )
