"""Searching in SQLite: the index is brought up to date, then asked."""

from __future__ import annotations

import sqlite3

from shared.adapters.sqlite.chat_heads import head_of
from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.inbox import found_at
from shared.adapters.sqlite.message_rows import COLUMNS, message_of
from shared.adapters.sqlite.search_index import LATEST, SENT_HERE, Hit, index_some, is_current, matching
from shared.chats.model import Entry, TimelinePage, in_chat, place_of
from shared.messages.paging import FillingPage

_SENT = f"SELECT {COLUMNS} FROM messages WHERE id = ?"  # noqa: S608 - constants


class Searching:
    """The part of `shared.chats.ports.Chats` that searches."""

    def __init__(self, database: Database) -> None:
        self._rows = database

    async def search(
        self, session_uid: str, text: str, *, limit: int, chat: str | None = None, before: str | None = None
    ) -> TimelinePage:
        """Messages with these words; see the port."""
        if not await self._rows.read(lambda rows: is_current(rows, session_uid)):
            while await self.make_searchable(session_uid):
                pass
        first = LATEST if before is None else int(before)
        return await self._rows.read(lambda rows: _found(rows, session_uid, text, limit, chat, first))

    async def make_searchable(self, session_uid: str) -> bool:
        """Put some messages into the index, in a transaction of some milliseconds; see the port."""
        return await self._rows.write(lambda rows: index_some(rows, session_uid))


def _found(  # noqa: PLR0913, PLR0917 - the parts of one question
    rows: sqlite3.Connection, session_uid: str, text: str, limit: int, chat: str | None, before: int
) -> TimelinePage:
    addresses = None if chat is None else head_of(rows, session_uid, chat).addresses
    filling, last, more = FillingPage[Entry](limit), 0, False
    for hit in matching(rows, session_uid, text, before):
        if addresses is not None and hit.chat not in addresses:
            continue
        entry = _entry(rows, session_uid, hit)
        if entry is None:
            continue
        if not filling.take(entry, _size(entry)):
            more = True
            break
        last = hit.doc
    return TimelinePage(tuple(filling.messages), str(last) if more else None)


def _entry(rows: sqlite3.Connection, session_uid: str, hit: Hit) -> Entry | None:
    """The message of a hit, under the name of its chat; None when it, or its chat up to it, was removed."""
    entry: Entry | None
    if hit.sent_by == SENT_HERE:
        row = rows.execute(_SENT, (hit.id,)).fetchone()
        entry = None if row is None else message_of(row)
    else:
        entry = found_at(rows, (session_uid, hit.chat, hit.id, bool(hit.sent_by)))
    if entry is None:
        return None
    head = head_of(rows, session_uid, hit.chat)
    return in_chat(head.chat, entry) if place_of(entry) > head.removed else None


def _size(entry: Entry) -> int:
    return len(str(entry.content))
