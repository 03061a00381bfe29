"""API keys in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import orjson

from shared.adapters.sqlite.database import Database
from shared.tenants.model import ApiKey, KeyUse

_COLUMNS = (
    "id, name, prefix, hash, created_at, active, scopes, expires_at, default_region, last_used, request_count, "
    "max_sessions"
)
_INSERT = f"INSERT INTO api_keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_BY_HASH = f"SELECT {_COLUMNS} FROM api_keys WHERE hash = ?"  # noqa: S608 - constants
_BY_ID = f"SELECT {_COLUMNS} FROM api_keys WHERE id = ?"  # noqa: S608 - constants
_ALL = f"SELECT {_COLUMNS} FROM api_keys ORDER BY created_at, id"  # noqa: S608 - constants
_RECORD_USE = """
    UPDATE api_keys SET request_count = request_count + ?, last_used = max(coalesce(last_used, 0), ?) WHERE id = ?
"""


class SqliteApiKeys:
    """`shared.tenants.ports.ApiKeys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey) -> None:
        """Store a new key."""
        row = (
            key.id,
            key.name,
            key.prefix,
            key.hash,
            key.created_at,
            key.active,
            orjson.dumps(key.scopes).decode(),
            key.expires_at,
            key.default_region,
            key.last_used,
            key.request_count,
            key.max_sessions,
        )
        await self._database.write(lambda rows: rows.execute(_INSERT, row))

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, revoked and expired ones too, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_BY_HASH, (key_hash,))))

    async def get(self, key_id: str) -> ApiKey | None:
        """The key with this id, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_BY_ID, (key_id,))))

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        return await self._database.read(lambda rows: [_key(row) for row in rows.execute(_ALL)])

    async def revoke(self, key_id: str) -> bool:
        """Make a key useless but keep its row; False when there is none. May be repeated."""
        revoke = "UPDATE api_keys SET active = 0 WHERE id = ?"
        return await self._database.write(lambda rows: rows.execute(revoke, (key_id,)).rowcount == 1)

    async def set_max_sessions(self, key_id: str, max_sessions: int | None) -> bool:
        """Say how many sessions a key may have; False when there is no such key."""
        change = "UPDATE api_keys SET max_sessions = ? WHERE id = ?"
        return await self._database.write(lambda rows: rows.execute(change, (max_sessions, key_id)).rowcount == 1)

    async def delete(self, key_id: str) -> bool:
        """Remove the row; False when there is none."""
        delete = "DELETE FROM api_keys WHERE id = ?"
        return await self._database.write(lambda rows: rows.execute(delete, (key_id,)).rowcount == 1)

    async def record_use(self, uses: Mapping[str, KeyUse]) -> None:
        """Add to the counters of keys by id; `last_used` only rises; unknown ids are ignored."""
        if uses:
            additions = [(use.requests, use.last_used, key_id) for key_id, use in uses.items()]
            await self._database.write(lambda rows: rows.executemany(_RECORD_USE, additions))


def _one(cursor: sqlite3.Cursor) -> ApiKey | None:
    row = cursor.fetchone()
    return None if row is None else _key(row)


def _key(row: tuple[Any, ...]) -> ApiKey:
    id_, name, prefix, hash_, created_at, active, scopes, *rest = row
    return ApiKey(id_, name, prefix, hash_, created_at, bool(active), tuple(orjson.loads(scopes)), *rest)
