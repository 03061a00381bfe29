"""API keys in DynamoDB: a row under the id, one under the hash that holds the id, one for each thing not yet told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table, Write
from shared.known_fields import with_known_fields
from shared.tenants.model import ApiKey, KeyNews, KeyUse

_NEWS = "news#"


class DynamoApiKeys:
    """`shared.tenants.ports.ApiKeys`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, key: ApiKey, news: KeyNews | None = None) -> None:
        """Store a new key."""
        row = asdict(key) | {"scopes": orjson.dumps(key.scopes).decode()}
        pointer = {"id": _hash(key.hash), "key_id": key.id}
        new = "attribute_not_exists(#id)"
        await self._table.together(Write.put(row, new, {}), Write.put(pointer, new, {}), *_kept(news))

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, revoked and expired ones too, or None."""
        pointer = await self._table.get(id=_hash(key_hash))
        return None if pointer is None else await self.get(pointer["key_id"])

    async def get(self, key_id: str) -> ApiKey | None:
        """The key with this id, or None."""
        row = await self._table.get(id=key_id)
        return None if row is None else _key(row)

    async def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        keys = [_key(row) async for row in self._table.scan() if "hash" in row]
        return sorted(keys, key=lambda key: (key.created_at, key.id))

    async def revoke(self, key_id: str, news: KeyNews | None = None) -> bool:
        """Make a key useless but keep its row; False when there is none. May be repeated."""
        values = {"active": False, "before": True}
        first = await self._change(key_id, "SET #active = :active", values, "#active = :before", news)
        return first or await self.get(key_id) is not None

    async def set_max_sessions(self, key_id: str, max_sessions: int | None, news: KeyNews | None = None) -> bool:
        """Say how many sessions a key may have; False when there is no such key."""
        if max_sessions is None:
            return await self._change(key_id, "REMOVE #max_sessions", {}, news=news)
        values = {"max_sessions": max_sessions}
        return await self._change(key_id, "SET #max_sessions = :max_sessions", values, news=news)

    async def warn(self, key_id: str, times: int, news: KeyNews) -> bool:
        """See the port."""
        fewer = "attribute_not_exists(#warned) OR #warned < :warned"
        return await self._change(key_id, "SET #warned = :warned", {"warned": times}, fewer, news)

    async def news(self) -> list[KeyNews]:
        """What happened to keys and was not told, in the order of each key."""
        rows = [row async for row in self._table.scan() if row["id"].startswith(_NEWS)]
        found = [KeyNews(row["key_id"], row["number"], row["kind"], row["event"].encode()) for row in rows]
        return sorted(found, key=lambda each: (each.key_id, each.number))

    async def told(self, news: KeyNews) -> None:
        """Keep it no more."""
        await self._table.delete({"id": _place_of(news)})

    async def delete(self, key_id: str) -> bool:
        """Remove the row; False when there is none."""
        row = await self._table.get(id=key_id)
        if row is None:
            return False
        await self._table.delete({"id": _hash(row["hash"])})  # first: a repeat after a crash in between finds the row
        return await self._table.delete({"id": key_id})

    async def record_use(self, uses: Mapping[str, KeyUse]) -> None:
        """Add to the counters of keys by id; `last_used` only rises; unknown ids are ignored."""
        for key_id, use in uses.items():
            await self._change(key_id, "ADD #request_count :requests", {"requests": use.requests})
            later = "attribute_not_exists(#last_used) OR #last_used < :last_used"
            await self._change(key_id, "SET #last_used = :last_used", {"last_used": use.last_used}, later)

    async def _change(
        self,
        key_id: str,
        change: str,
        values: dict[str, Any],
        condition: str = "attribute_exists(#id)",
        news: KeyNews | None = None,
    ) -> bool:
        """Whether the row was changed; then the news are kept by the same write."""
        where, condition = {"id": key_id}, f"attribute_exists(#id) AND ({condition})"
        try:
            if news is None:
                await self._table.update(where, change, condition, values)
            else:
                await self._table.together(Write.update(where, change, condition, values), *_kept(news))
        except ConditionFailed:
            return False
        return True


def _kept(news: KeyNews | None) -> list[Write]:
    if news is None:
        return []
    row = {"id": _place_of(news), "key_id": news.key_id, "number": news.number, "kind": news.kind}
    return [Write.put(row | {"event": news.event.decode()})]


def _place_of(news: KeyNews) -> str:
    return f"{_NEWS}{news.key_id}#{news.number}"


def _hash(key_hash: str) -> str:
    return f"hash#{key_hash}"


def _key(row: Row) -> ApiKey:
    return with_known_fields(ApiKey, row | {"scopes": tuple(orjson.loads(row["scopes"]))})
