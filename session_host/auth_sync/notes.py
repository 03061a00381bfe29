"""Notes that triggers write beside the library's tables, when it writes these."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_BUSY = 0.5
"""Seconds to wait for the library's own writes; then it is left for another time."""
_THERE = "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"


@dataclass(frozen=True, slots=True)
class Note:
    """A table with what it needs, and the triggers that write it, by name."""

    name: str
    table: tuple[str, ...]
    triggers: Mapping[str, str]

    def keep(self, path: Path) -> None:
        """Have it written from now on; what was noted stays, if nothing was missing. May be repeated.

        Args:
            path: an auth database, which the library may have open: in another process than this one.

        Raises:
            sqlite3.Error: not now: the database is being written, or the library has not made its tables yet.
        """
        with closing(opened(path)) as database:
            if {sql for (sql,) in database.execute(_THERE)}.issuperset(self.triggers.values()):
                return
            database.execute("BEGIN IMMEDIATE")
            try:
                self._begin_anew(database)
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def is_in(self, database: sqlite3.Connection) -> bool:
        """Whether there is one."""
        found = database.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (self.name,))
        return found.fetchone() is not None

    def _begin_anew(self, database: sqlite3.Connection) -> None:
        for name in self.triggers:
            database.execute(f"DROP TRIGGER IF EXISTS {name}")
        database.execute(f"DROP TABLE IF EXISTS {self.name}")
        for statement in (*self.table, *self.triggers.values()):
            database.execute(statement)


def opened(path: Path) -> sqlite3.Connection:
    """An auth database that is there, each statement a transaction of its own. Raises sqlite3.Error."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=_BUSY, isolation_level=None)
