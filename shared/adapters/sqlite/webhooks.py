"""Webhooks in SQLite."""

from __future__ import annotations

import sqlite3

from shared.adapters.sqlite.database import Database
from shared.webhooks.model import Webhook
from shared.webhooks.written import webhook_of, webhook_text

_COUNT = "SELECT count(*) FROM webhooks WHERE key_id = ?"
_INSERT = "INSERT INTO webhooks (key_id, id, version, webhook) VALUES (?, ?, ?, ?)"
_ONE = "SELECT webhook, version FROM webhooks WHERE key_id = ? AND id = ?"
_OF_KEY = "SELECT webhook, version FROM webhooks WHERE key_id = ? ORDER BY id"
_ALL = "SELECT webhook, version FROM webhooks ORDER BY key_id, id"
_ANY = "SELECT EXISTS (SELECT 1 FROM webhooks)"
_REPLACE = "UPDATE webhooks SET webhook = ?, version = version + 1 WHERE key_id = ? AND id = ? AND version = ?"
_DELETE = "DELETE FROM webhooks WHERE key_id = ? AND id = ?"


class SqliteWebhooks:
    """`shared.webhooks.ports.Webhooks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, webhook: Webhook, *, at_most: int) -> bool:
        """Store a new one; False when its key has as many as that."""
        row = (webhook.key_id, webhook.id, webhook.version, webhook_text(webhook))

        def add(rows: sqlite3.Connection) -> bool:
            if rows.execute(_COUNT, (webhook.key_id,)).fetchone()[0] >= at_most:
                return False
            rows.execute(_INSERT, row)
            return True

        return await self._database.write(add)

    async def get(self, key_id: str, webhook_id: str) -> Webhook | None:
        """The key's webhook with this id, or None."""
        found = await self._database.read(lambda rows: rows.execute(_ONE, (key_id, webhook_id)).fetchone())
        return None if found is None else webhook_of(*found)

    async def of_key(self, key_id: str) -> list[Webhook]:
        """All of a key, oldest first."""
        found = await self._database.read(lambda rows: rows.execute(_OF_KEY, (key_id,)).fetchall())
        return [webhook_of(*row) for row in found]

    async def all(self) -> list[Webhook]:
        """All there are, by key and age."""
        found = await self._database.read(lambda rows: rows.execute(_ALL).fetchall())
        return [webhook_of(*row) for row in found]

    async def any(self) -> bool:
        """Whether there is one."""
        return bool(await self._database.read(lambda rows: rows.execute(_ANY).fetchone()[0]))

    async def replace(self, webhook: Webhook) -> bool:
        """Store it as version + 1; False when it is gone or has another version than this."""
        values = (webhook_text(webhook), webhook.key_id, webhook.id, webhook.version)
        return await self._database.write(lambda rows: rows.execute(_REPLACE, values).rowcount == 1)

    async def delete(self, key_id: str, webhook_id: str) -> bool:
        """Remove it; False when there is none."""
        return await self._database.write(lambda rows: rows.execute(_DELETE, (key_id, webhook_id)).rowcount == 1)
