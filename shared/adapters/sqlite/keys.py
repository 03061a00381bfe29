"""API keys in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import orjson

from shared.adapters.sqlite.database import Database
from shared.tenants.model import ApiKey, KeyNews, KeyUse

_COLUMNS = (
    "id, name, prefix, hash, created_at, active, scopes, expires_at, default_region, last_used, request_count, "
    "max_sessions, warned"
)
_INSERT = f"INSERT INTO api_keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_BY_HASH = f"SELECT {_COLUMNS} FROM api_keys WHERE hash = ?"  # noqa: S608 - constants
_BY_ID = f"SELECT {_COLUMNS} FROM api_keys WHERE id = ?"  # noqa: S608 - constants
_ALL = f"SELECT {_COLUMNS} FROM api_keys ORDER BY created_at, id"  # noqa: S608 - constants
_KEEP = "INSERT INTO key_news (key_id, number, kind, event) VALUES (?, ?, ?, ?)"
_NEWS = "SELECT key_id, number, kind, event FROM key_news ORDER BY key_id, number"
_TOLD = "DELETE FROM key_news WHERE key_id = ? AND number = ?"
_RECORD_USE = """
    UPDATE api_keys SET request_count = request_count + ?, last_used = max(coalesce(last_used, 0), ?) WHERE id = ?
"""


class SqliteApiKeys:
    """`shared.tenants.ports.ApiKeys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, news: KeyNews | None = None) -> None:
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
            key.warned,
        )
        await self._change(_INSERT, row, news)

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, revoked and expired ones too, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_BY_HASH, (key_hash,))))

    async def get(self, key_id: str) -> ApiKey | None:
        """The key with this id, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_BY_ID, (key_id,))))

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        return await self._database.read(lambda rows: [_key(row) for row in rows.execute(_ALL)])

    async def revoke(self, key_id: str, news: KeyNews | None = None) -> bool:
        """Make a key useless but keep its row; False when there is none. May be repeated."""
        first = await self._change("UPDATE api_keys SET active = 0 WHERE id = ? AND active = 1", (key_id,), news)
        return first or await self.get(key_id) is not None

    async def set_max_sessions(self, key_id: str, max_sessions: int | None, news: KeyNews | None = None) -> bool:
        """Say how many sessions a key may have; False when there is no such key."""
        return await self._change("UPDATE api_keys SET max_sessions = ? WHERE id = ?", (max_sessions, key_id), news)

    async def warn(self, key_id: str, times: int, news: KeyNews) -> bool:
        """See the port."""
        warn = "UPDATE api_keys SET warned = ? WHERE id = ? AND warned < ?"
        return await self._change(warn, (times, key_id, times), news)

    async def news(self) -> list[KeyNews]:
        """What happened to keys and was not told, in the order of each key."""
        return await self._database.read(lambda rows: [KeyNews(*row) for row in rows.execute(_NEWS)])

    async def told(self, news: KeyNews) -> None:
        """Keep it no more."""
        await self._database.write(lambda rows: rows.execute(_TOLD, (news.key_id, news.number)))

    async def delete(self, key_id: str) -> bool:
        """Remove the row; False when there is none."""
        delete = "DELETE FROM api_keys WHERE id = ?"
        return await self._database.write(lambda rows: rows.execute(delete, (key_id,)).rowcount == 1)

    async def _change(self, change: str, values: tuple[Any, ...], news: KeyNews | None) -> bool:
        """Whether a row was changed; then the news are kept by the same write."""

        def apply(rows: sqlite3.Connection) -> bool:
            changed = rows.execute(change, values).rowcount == 1
            if changed and news is not None:
                rows.execute(_KEEP, (news.key_id, news.number, news.kind, news.event))
            return changed

        return await self._database.write(apply)

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
