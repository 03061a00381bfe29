"""Receipts of people in SQLite: a row for each person and message."""

from __future__ import annotations

from collections.abc import Sequence

from shared.adapters.sqlite.database import Database
from shared.messages.receipts import PersonReceipt

_IS_THERE = "SELECT 1 FROM messages WHERE session_uid = ? AND wa_id = ? LIMIT 1"
_NOTE = """
    INSERT INTO receipts (session_uid, wa_id, person, number, lid, delivered, read, played, noted_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(?6, ?7, ?8))
    ON CONFLICT (session_uid, wa_id, person) DO UPDATE SET
        number = coalesce(number, excluded.number), lid = coalesce(lid, excluded.lid),
        delivered = coalesce(delivered, excluded.delivered), read = coalesce(read, excluded.read),
        played = coalesce(played, excluded.played)
"""
_OF = """
    SELECT number, lid, delivered, read, played FROM receipts
    WHERE session_uid = ? AND wa_id = ? AND person > ? ORDER BY person LIMIT ?
"""
_AT_ONCE = 500
_KEY = "(session_uid, wa_id, person)"
_DELETE = f"""
    DELETE FROM receipts WHERE {_KEY} IN (
        SELECT session_uid, wa_id, person FROM receipts WHERE session_uid = ? LIMIT {_AT_ONCE}
    )
"""  # noqa: S608 - constants
_PURGE = f"""
    DELETE FROM receipts WHERE {_KEY} IN (
        SELECT session_uid, wa_id, person FROM receipts WHERE noted_at < ? LIMIT {_AT_ONCE}
    )
"""  # noqa: S608 - constants


class SqliteReceipts:
    """`shared.messages.receipts.ReceiptRows`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, session_uid: str, wa_id: str, person: PersonReceipt) -> bool:
        """Add what a person says of the session's message; see the port."""
        identity = (session_uid, wa_id)
        if await self._database.read(lambda rows: rows.execute(_IS_THERE, identity).fetchone()) is None:
            return False
        said = (person.number, person.lid, person.delivered, person.read, person.played)
        await self._database.write(lambda rows: rows.execute(_NOTE, (*identity, person.person, *said)))
        return True

    async def of(
        self, session_uid: str, wa_id: str, *, limit: int, after: str | None = None
    ) -> Sequence[PersonReceipt]:
        """Those of a message in the order of `person`."""
        values = (session_uid, wa_id, after or "", limit)
        found = await self._database.read(lambda rows: rows.execute(_OF, values).fetchall())
        return [PersonReceipt(*row) for row in found]

    async def delete_of(self, session_uid: str) -> None:
        """Remove those of a session. May be repeated."""
        await self._remove(_DELETE, session_uid)

    async def purge(self, *, before: int) -> int:
        """Remove those that were first noted before this time; how many."""
        return await self._remove(_PURGE, before)

    async def _remove(self, statement: str, which: str | int) -> int:
        """Some at a time: what others write waits no longer than that takes."""
        total = 0
        while True:
            removed = await self._database.write(lambda rows: rows.execute(statement, (which,)).rowcount)
            total += removed
            if removed < _AT_ONCE:
                return total
