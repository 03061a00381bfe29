"""What keys did, in SQLite."""

from __future__ import annotations

import sqlite3

from shared.adapters.sqlite.database import Database
from shared.tenants.usage import KEPT_HOURS, Counted, Counts

_ADD = """
    INSERT INTO usage (key_id, hour, what, number) VALUES (?, ?, ?, ?)
        ON CONFLICT (key_id, hour, what) DO UPDATE SET number = number + excluded.number
"""
_TOO_OLD = "DELETE FROM usage WHERE hour < ?"
_BETWEEN = "SELECT hour, what, number FROM usage WHERE key_id = ? AND hour BETWEEN ? AND ? ORDER BY hour, what"


class SqliteUsage:
    """`shared.tenants.usage.UsageRows`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, counts: Counts) -> None:
        """Add to what is there; what is too old goes."""
        added = [(*place, number) for place, number in counts.items()]

        def apply(rows: sqlite3.Connection) -> None:
            rows.executemany(_ADD, added)
            rows.execute(_TOO_OLD, (max(hour for _, hour, _ in counts) - KEPT_HOURS,))

        if counts:
            await self._database.write(apply)

    async def between(self, key_id: str, first: int, last: int) -> list[Counted]:
        """What a key did from the first hour up to the last."""
        asked = (key_id, first, last)
        return await self._database.read(lambda rows: [Counted(*row) for row in rows.execute(_BETWEEN, asked)])
