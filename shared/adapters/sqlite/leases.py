"""Leases in SQLite."""

from __future__ import annotations

import secrets
import sqlite3
from typing import Any

from shared.adapters.sqlite.database import Database
from shared.leases.kinds import Kind
from shared.leases.model import FIRST_VERSIONS, Lease

_COLUMNS = "owner, host, version, held, room, draining, dead, folder, waiting, left_at, release"
_BEGIN = f"""
    INSERT INTO leases (owner, host, version, begun, held, room, draining, dead, folder, release)
    VALUES (?1, ?2, ?4, ?4, 0, ?3, 0, 0, ?5, ?6)
    ON CONFLICT (owner) DO UPDATE SET
        host = ?2, version = version + 1, begun = version + 1, held = 0, room = ?3, dead = 0,
        folder = ?5, waiting = 0, left_at = 0, release = ?6
    RETURNING {_COLUMNS}
"""  # noqa: S608 - constants, here and below
# The second half of the condition is this very renewal, done before, its answer lost.
_RENEW = f"""
    UPDATE leases SET version = ?2 + 1, held = ?3, room = ?4, waiting = ?5
    WHERE owner = ?1 AND dead = 0 AND (version = ?2 OR (version = ?2 + 1 AND begun <= ?2))
    RETURNING {_COLUMNS}
"""  # noqa: S608
_ALL = f"SELECT {_COLUMNS} FROM leases ORDER BY owner"  # noqa: S608
_DECLARE_DEAD = "UPDATE leases SET dead = 1 WHERE owner = ? AND version = ?"
_LEAVE = "UPDATE leases SET left_at = ? WHERE owner = ? AND version = ? AND dead = 1 AND left_at = 0"
_REMOVE = "DELETE FROM leases WHERE owner = ? AND version = ?"
_SET_DRAINING = "UPDATE leases SET draining = ? WHERE host = ? AND dead = 0"


class SqliteLeases:
    """`shared.leases.ports.Leases`."""

    def __init__(self, database: Database, kind: str = "") -> None:
        """`kind`: of processes that are no shards; each kind sees its own alone."""
        self._database = database
        self._kind = Kind(kind)

    async def begin(self, owner: str, host: str, *, room: int, folder: str = "", release: str = "") -> Lease:
        """A shard starts: its row, made when missing, alive, holding nothing, its version raised; draining stays."""
        version = 1 + secrets.randbelow(FIRST_VERSIONS)
        values = (self._kind.named(owner), self._kind.named(host), room, version, folder, release)
        lease = await self._database.write(lambda rows: _lease(rows.execute(_BEGIN, values).fetchall()[0]))
        return self._kind.own(lease)

    async def renew(self, lease: Lease, *, held: int, room: int, waiting: int = 0) -> Lease | None:
        """Raise the version and write what it holds; the row as it is now, None when the lease is lost."""
        values = (self._kind.named(lease.owner), lease.version, held, room, waiting)
        renewed = await self._database.write(lambda rows: _one(rows.execute(_RENEW, values)))
        return renewed and self._kind.own(renewed)

    async def all(self) -> list[Lease]:
        """Every lease, dead ones too, sorted by owner."""
        leases = await self._database.read(lambda rows: [_lease(row) for row in rows.execute(_ALL)])
        return self._kind.of(leases)

    async def declare_dead(self, lease: Lease) -> bool:
        """Mark it dead if its version is still this one; whether it is dead now by this version."""
        values = (self._kind.named(lease.owner), lease.version)
        return await self._database.write(lambda rows: rows.execute(_DECLARE_DEAD, values).rowcount == 1)

    async def leave(self, lease: Lease, *, now: int) -> bool:
        """Note when its journal was found out of reach, once; whether this call did."""
        values = (now, self._kind.named(lease.owner), lease.version)
        return await self._database.write(lambda rows: rows.execute(_LEAVE, values).rowcount == 1)

    async def remove(self, lease: Lease) -> bool:
        """Remove the row if its version is still this one; False when it is another's business now or was gone."""
        values = (self._kind.named(lease.owner), lease.version)
        return await self._database.write(lambda rows: rows.execute(_REMOVE, values).rowcount == 1)

    async def set_draining(self, host: str, *, draining: bool) -> int:
        """Ask all living shards of a host to give their sessions away (or to take them again); how many there are."""
        values = (draining, self._kind.named(host))
        return await self._database.write(lambda rows: rows.execute(_SET_DRAINING, values).rowcount)


def _one(cursor: sqlite3.Cursor) -> Lease | None:
    found = cursor.fetchall()  # to its end: an UPDATE ... RETURNING that is left half read stays open
    return _lease(found[0]) if found else None


def _lease(row: tuple[Any, ...]) -> Lease:
    owner, host, version, held, room, draining, dead, *rest = row
    return Lease(owner, host, version, held, room, bool(draining), bool(dead), *rest)
