"""Forwarders in SQLite."""

from __future__ import annotations

from shared.adapters.sqlite.database import Database
from shared.forwarders.model import Forwarder, Progress
from shared.forwarders.written import forwarder_of, forwarder_text, progress_of, progress_text

_INSERT = "INSERT INTO forwarders (id, forwarder, progress, epoch) VALUES (?, ?, ?, ?)"
_ALL = "SELECT forwarder, progress, epoch FROM forwarders ORDER BY id"
_ANY = "SELECT EXISTS (SELECT 1 FROM forwarders)"
_DELETE = "DELETE FROM forwarders WHERE id = ?"
_TAKE = "UPDATE forwarders SET epoch = epoch + 1 WHERE id = ? RETURNING progress, epoch"
_NOTE = "UPDATE forwarders SET progress = ? WHERE id = ? AND epoch = ?"


class SqliteForwarders:
    """`shared.forwarders.ports.Forwarders`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, forwarder: Forwarder, progress: Progress) -> None:
        """Store a new one, and where it begins."""
        row = (forwarder.id, forwarder_text(forwarder), progress_text(progress), progress.epoch)
        await self._database.write(lambda rows: rows.execute(_INSERT, row))

    async def all(self) -> list[tuple[Forwarder, Progress]]:
        """All there are, oldest first."""
        found = await self._database.read(lambda rows: rows.execute(_ALL).fetchall())
        return [(forwarder_of(forwarder), progress_of(progress, epoch)) for forwarder, progress, epoch in found]

    async def any(self) -> bool:
        """Whether there is one."""
        return bool(await self._database.read(lambda rows: rows.execute(_ANY).fetchone()[0]))

    async def delete(self, forwarder_id: str) -> bool:
        """Remove it; False when there is none."""
        return await self._database.write(lambda rows: rows.execute(_DELETE, (forwarder_id,)).rowcount == 1)

    async def take(self, forwarder_id: str) -> Progress | None:
        """Become the one who forwards: how far it is; None when it is gone."""
        found = await self._database.write(lambda rows: rows.execute(_TAKE, (forwarder_id,)).fetchone())
        return None if found is None else progress_of(*found)

    async def note(self, forwarder_id: str, progress: Progress) -> bool:
        """Store how far it is; False when somebody took it since, or it is gone."""
        values = (progress_text(progress), forwarder_id, progress.epoch)
        return await self._database.write(lambda rows: rows.execute(_NOTE, values).rowcount == 1)
