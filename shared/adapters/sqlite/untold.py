"""Outcomes that were not told, in SQLite: an index has the rows with a mark, and no others."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

import orjson

from shared.adapters.sqlite.database import Database
from shared.known_fields import with_known_fields
from shared.messages.model import Failure
from shared.messages.readable import readable
from shared.messages.untold import Mark, Untold

_UNTOLD = """
    SELECT session_uid, id, untold, recipient, json_extract(content, '$.type'), wa_id, failure,
        json_extract(times, '$.sent'), sender, json_extract(about, '$.client_ref'),
        json_extract(content, '$.file.size')
    FROM messages INDEXED BY messages_untold WHERE session_uid = ? AND untold IS NOT NULL ORDER BY untold LIMIT ?
"""
_ANY = "SELECT 1 FROM messages INDEXED BY messages_untold WHERE untold IS NOT NULL LIMIT 1"
_TOLD = "UPDATE messages SET untold = NULL WHERE id = ? AND untold = ?"


class SqliteOutcomes:
    """`shared.messages.untold.Outcomes`."""

    looks_apart = 5.0

    def __init__(self, database: Database) -> None:
        self._database = database

    async def untold(self, session_uids: Collection[str], *, limit: int) -> list[Untold]:
        """See the port."""
        uids = list(session_uids)

        def look(rows: sqlite3.Connection) -> list[Any]:
            if rows.execute(_ANY).fetchone() is None:  # as nearly always, when somebody looks without a cause
                return []
            return [row for uid in uids for row in rows.execute(_UNTOLD, (uid, limit)).fetchall()]

        found = await self._database.read(look)
        read = [readable(row, _untold_of, row[1]) for row in found]
        return [each for each in read if each is not None]

    async def told(self, marks: Sequence[Mark]) -> None:
        """See the port. Nobody waits for the disk, as when it is written that a message was sent (docs/adr/0032)."""
        await self._database.write(
            lambda rows: rows.executemany(_TOLD, [each[1:] for each in marks]).rowcount, lasting=False
        )


def _untold_of(row: Sequence[Any]) -> Untold:
    uid, message_id, mark, to, type_, wa_id, failure, sent_at, sender, client_ref, size = row
    parsed = None if failure is None else with_known_fields(Failure, orjson.loads(failure))
    return Untold(uid, message_id, mark, to, type_, wa_id, parsed, sent_at, sender, client_ref, size)
