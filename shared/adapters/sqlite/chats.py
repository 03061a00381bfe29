"""Chats in SQLite: what arrived and what was sent, put together when it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from shared.adapters.sqlite.chat_heads import head_of, heads
from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.searching import Searching
from shared.adapters.sqlite.timeline import entries, unread_since
from shared.chats.heads import LAST, Head, kept_on_phone
from shared.chats.model import Chat, ChatFacts, ChatsPage, Entry, TimelinePage, in_chat, place_of
from shared.chats.ports import Drop
from shared.messages.paging import FillingPage
from shared.messages.received import InboundMessage

_LEARN = """
    INSERT INTO chats (session_uid, chat, name, lid, on_phone) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET name = coalesce(excluded.name, name), lid = coalesce(excluded.lid, lid),
        on_phone = coalesce(excluded.on_phone, on_phone)
"""
_READ = """
    INSERT INTO chats (session_uid, chat, read_upto) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET read_upto = max(coalesce(read_upto, ''), excluded.read_upto)
"""
_REMOVED = """
    INSERT INTO chats (session_uid, chat, removed_upto) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET name = NULL, push_name = NULL, on_phone = NULL,
        removed_upto = max(coalesce(removed_upto, ''), excluded.removed_upto)
"""
_OLDEST = """
    FROM inbox INDEXED BY inbox_by_chat WHERE session_uid = ? AND chat = ? AND position <= ? ORDER BY position LIMIT ?
"""
_FILES = f"SELECT json_extract(content, '$.media.id') {_OLDEST}"
_REMOVE = f"DELETE FROM inbox WHERE rowid IN (SELECT rowid {_OLDEST})"  # noqa: S608 - constants
_CLEAR = (
    "DELETE FROM chats WHERE session_uid = ? AND removed_upto IS NULL",
    "UPDATE chats SET name = NULL, push_name = NULL, read_upto = NULL, on_phone = NULL WHERE session_uid = ?",
)
_DELETE = ("DELETE FROM chats WHERE session_uid = ?", "DELETE FROM searches WHERE session_uid = ?")
_AT_ONCE = 500


class SqliteChats(Searching):
    """`shared.chats.ports.Chats`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    async def learn(self, session_uid: str, facts: Sequence[ChatFacts]) -> None:
        """Keep what is told of chats; see the port."""
        values = [(session_uid, fact.chat, fact.name, fact.lid, kept_on_phone(fact)) for fact in facts]
        if values:
            await self._database.write(lambda rows: rows.executemany(_LEARN, values))

    async def addresses(self, session_uid: str, chat: str) -> tuple[str, ...]:
        """See the port."""
        return await self._database.read(lambda rows: head_of(rows, session_uid, chat).addresses)

    async def page(
        self, session_uid: str, *, limit: int, before: str | None = None, search: str | None = None
    ) -> ChatsPage:
        """Chats by their newest message; see the port."""
        return await self._database.read(lambda rows: _page(rows, session_uid, limit, before, search))

    async def get(self, session_uid: str, chat: str) -> Chat | None:
        """A chat; None when there is no message in it."""
        return await self._database.read(lambda rows: _chat(rows, session_uid, head_of(rows, session_uid, chat)))

    async def messages(self, session_uid: str, chat: str, *, limit: int, before: str | None = None) -> TimelinePage:
        """Messages of a chat, the newest first, older than the cursor when one is given."""
        return await self._database.read(lambda rows: _messages(rows, session_uid, chat, limit, before))

    async def unread(self, session_uid: str, chat: str) -> list[InboundMessage]:
        """Those messages of a chat that count as unread, the newest first."""
        return await self._database.read(lambda rows: _unread(rows, session_uid, head_of(rows, session_uid, chat)))

    async def mark_read(self, session_uid: str, chat: str, upto: str) -> None:
        """Note that everything in a chat up to this place was read."""
        await self._note(_READ, session_uid, chat, upto)

    async def remove(self, session_uid: str, chat: str, upto: str, drop: Drop) -> None:
        """Remove a chat up to this place; see the port."""
        await self._note(_REMOVED, session_uid, chat, upto)
        for address in await self.addresses(session_uid, chat):
            values = (session_uid, address, upto, _AT_ONCE)
            while True:
                files = await self._database.read(lambda rows, values=values: rows.execute(_FILES, values).fetchall())
                await drop([file for (file,) in files if file is not None])
                if files:
                    await self._database.write(lambda rows, values=values: rows.execute(_REMOVE, values))
                if len(files) < _AT_ONCE:
                    break

    async def clear(self, session_uid: str) -> None:
        """Forget names and what was read; what was removed stays so."""
        await self._database.write(lambda rows: [rows.execute(each, (session_uid,)) for each in _CLEAR])

    async def delete_of(self, session_uid: str) -> None:
        """Forget everything of a session. May be repeated."""
        await self._database.write(lambda rows: [rows.execute(each, (session_uid,)) for each in _DELETE])

    async def _note(self, statement: str, session_uid: str, chat: str, upto: str) -> None:
        """Under every address of a chat."""
        values = [(session_uid, each, upto) for each in await self.addresses(session_uid, chat)]
        await self._database.write(lambda rows: rows.executemany(statement, values))


def _page(rows: sqlite3.Connection, session_uid: str, limit: int, before: str | None, search: str | None) -> ChatsPage:
    found: list[Chat] = []
    last = ""
    for head in heads(rows, session_uid):
        if (before is not None and head.last >= before) or (search is not None and not head.is_meant(search)):
            continue
        if len(found) == limit:
            return ChatsPage(tuple(found), last)
        chat = _chat(rows, session_uid, head)
        if chat is not None:
            found.append(chat)
            last = head.last
    return ChatsPage(tuple(found), None)


def _chat(rows: sqlite3.Connection, session_uid: str, head: Head) -> Chat | None:
    with entries(rows, session_uid, head.addresses, after=head.removed) as found:
        newest = next(found, None)
    if newest is None:
        return None
    unread = unread_since(rows, session_uid, head.addresses, head.seen)
    return Chat(head.chat, head.lid, head.called, len(unread), in_chat(head.chat, newest.entry), head.on_phone)


def _messages(rows: sqlite3.Connection, session_uid: str, chat: str, limit: int, before: str | None) -> TimelinePage:
    head, filling = head_of(rows, session_uid, chat), FillingPage[Entry](limit)
    with entries(rows, session_uid, head.addresses, before or LAST, head.removed) as found:
        for placed in found:
            if not filling.take(in_chat(head.chat, placed.entry), placed.size):
                break
    return TimelinePage(tuple(filling.messages), filling.next(place_of))


def _unread(rows: sqlite3.Connection, session_uid: str, head: Head) -> list[InboundMessage]:
    wanted = set(unread_since(rows, session_uid, head.addresses, head.seen))
    if not wanted:
        return []
    oldest = min(position for _, position in wanted)
    found: list[InboundMessage] = []
    with entries(rows, session_uid, head.addresses, after=f"{oldest[:-1]}") as there:
        for placed in there:
            message = placed.entry
            if isinstance(message, InboundMessage) and (message.chat, message.position) in wanted:
                found.append(message)
    return found
