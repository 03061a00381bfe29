"""The audit log in SQLite."""

from __future__ import annotations

import sqlite3

from shared.adapters.sqlite.database import Database
from shared.tenants.audit import AT_MOST, KEPT_FOR_MS, AuditEntry, entry_of, entry_text

_ADD = "INSERT INTO audit (id, of, at, entry) VALUES (?, ?, ?, ?)"
_END = "UPDATE audit SET entry = ? WHERE id = ?"
_TOO_MANY = "DELETE FROM audit WHERE number <= (SELECT max(number) FROM audit) - ?"
_TOO_OLD = "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE at < ? ORDER BY at LIMIT 100)"
_PAGE = "SELECT entry FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?"
_PAGE_OF = "SELECT entry FROM audit WHERE of = ? AND id < ? ORDER BY id DESC LIMIT ?"
_LAST = "\uffff"


class SqliteAuditLog:
    """`shared.tenants.audit.AuditLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, entry: AuditEntry) -> None:
        """Keep an entry; some that are too old go."""

        def apply(rows: sqlite3.Connection) -> None:
            rows.execute(_ADD, (entry.id, entry.of, entry.at, entry_text(entry)))
            rows.execute(_TOO_MANY, (AT_MOST,))
            rows.execute(_TOO_OLD, (entry.at - KEPT_FOR_MS,))

        await self._database.write(apply)

    async def end(self, entry: AuditEntry) -> None:
        """Note what came of it."""
        await self._database.write(lambda rows: rows.execute(_END, (entry_text(entry), entry.id)))

    async def page(self, of: str | None, *, before: str | None, limit: int) -> list[AuditEntry]:
        """See the port."""
        until = before or _LAST

        def found(rows: sqlite3.Connection) -> list[AuditEntry]:
            if of is None:
                return [entry_of(text) for (text,) in rows.execute(_PAGE, (until, limit))]
            return [entry_of(text) for (text,) in rows.execute(_PAGE_OF, (of, until, limit))]

        return await self._database.read(found)
