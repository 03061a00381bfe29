"""API keys in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import orjson

from shared.adapters.sqlite.database import Database
from shared.tenants.model import ApiKey, KeyNews, KeyUse
from shared.tenants.written import limits_of, old_secrets_of

_COLUMNS = (
    "id, name, prefix, hash, created_at, active, scopes, expires_at, default_region, last_used, request_count, "
    "max_sessions, warned, limits, per_minute, old_secrets, version"
)
_NAMES = _COLUMNS.split(", ")
_INSERT = f"INSERT INTO api_keys ({_COLUMNS}) VALUES ({', '.join('?' * 17)})"  # noqa: S608 - constants
_BY_HASH = f"SELECT {_COLUMNS} FROM api_keys WHERE hash = ?"  # noqa: S608 - constants
_BY_OLD_HASH = f"SELECT {_COLUMNS} FROM api_keys WHERE id = (SELECT key_id FROM old_secrets WHERE hash = ?)"  # noqa: S608 - constants
_CHANGE = """
    UPDATE api_keys SET max_sessions = ?, limits = ?, per_minute = ?, prefix = ?, hash = ?, old_secrets = ?,
        version = version + 1
    WHERE id = ? AND version = ?
"""
_FORGET_OLD = "DELETE FROM old_secrets WHERE key_id = ?"
_NOTE_OLD = "INSERT INTO old_secrets (hash, key_id) VALUES (?, ?)"
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
            _json(key.limits),
            key.per_minute,
            _json(key.old_secrets),
            key.version,
        )
        await self._change(_INSERT, row, news)

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, revoked and expired ones too, or None."""

        def found(rows: sqlite3.Connection) -> ApiKey | None:
            return _one(rows.execute(_BY_HASH, (key_hash,))) or _one(rows.execute(_BY_OLD_HASH, (key_hash,)))

        return await self._database.read(found)

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

    async def change(self, key: ApiKey, news: KeyNews | None = None) -> bool:
        """See the port."""
        may = (key.max_sessions, _json(key.limits), key.per_minute)
        values = (*may, key.prefix, key.hash, _json(key.old_secrets), key.id, key.version)

        def apply(rows: sqlite3.Connection) -> bool:
            if rows.execute(_CHANGE, values).rowcount != 1:
                return False
            rows.execute(_FORGET_OLD, (key.id,))
            rows.executemany(_NOTE_OLD, [(old.hash, key.id) for old in key.old_secrets])
            _keep(rows, news)
            return True

        return await self._database.write(apply)

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

        def apply(rows: sqlite3.Connection) -> bool:
            rows.execute(_FORGET_OLD, (key_id,))
            return rows.execute("DELETE FROM api_keys WHERE id = ?", (key_id,)).rowcount == 1

        return await self._database.write(apply)

    async def _change(self, change: str, values: tuple[Any, ...], news: KeyNews | None) -> bool:
        """Whether a row was changed; then the news are kept by the same write."""

        def apply(rows: sqlite3.Connection) -> bool:
            changed = rows.execute(change, values).rowcount == 1
            if changed:
                _keep(rows, news)
            return changed

        return await self._database.write(apply)

    async def record_use(self, uses: Mapping[str, KeyUse]) -> None:
        """Add to the counters of keys by id; `last_used` only rises; unknown ids are ignored."""
        if uses:
            additions = [(use.requests, use.last_used, key_id) for key_id, use in uses.items()]
            await self._database.write(lambda rows: rows.executemany(_RECORD_USE, additions))


def _keep(rows: sqlite3.Connection, news: KeyNews | None) -> None:
    if news is not None:
        rows.execute(_KEEP, (news.key_id, news.number, news.kind, news.event))


def _one(cursor: sqlite3.Cursor) -> ApiKey | None:
    row = cursor.fetchone()
    return None if row is None else _key(row)


def _json(value: Any) -> str:  # noqa: ANN401 - what orjson takes
    return orjson.dumps(value).decode()


def _key(row: tuple[Any, ...]) -> ApiKey:
    fields: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    read: dict[str, Any] = {
        "active": bool(fields["active"]),
        "scopes": tuple(orjson.loads(fields["scopes"])),
        "limits": limits_of(fields["limits"]),
        "old_secrets": old_secrets_of(fields["old_secrets"]),
    }
    return ApiKey(**(fields | read))
