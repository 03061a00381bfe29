"""API keys in DynamoDB: a row under the id, one under the hash that holds the id, one for each thing not yet told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table, Write
from shared.known_fields import with_known_fields
from shared.tenants.model import ApiKey, KeyNews, KeyUse
from shared.tenants.written import limits_of, old_secrets_of

_NEWS = "news#"


class DynamoApiKeys:
    """`shared.tenants.ports.ApiKeys`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, key: ApiKey, news: KeyNews | None = None) -> None:
        """Store a new key."""
        row = asdict(key) | {"scopes": _json(key.scopes)} | _allowed(key)
        pointer = {"id": _hash(key.hash), "key_id": key.id}
        new = "attribute_not_exists(#id)"
        await self._table.together(Write.put(row, new, {}), Write.put(pointer, new, {}), *_kept(news))

    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, revoked and expired ones too, or None."""
        pointer = await self._table.get(id=_hash(key_hash))
        key = None if pointer is None else await self.get(pointer["key_id"])
        return key if key is not None and key_hash in _hashes(key) else None

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

    async def change(self, key: ApiKey, news: KeyNews | None = None) -> bool:
        """See the port."""
        before = await self.get(key.id)
        if before is None or before.version != key.version:
            return False
        values = _allowed(key) | {"version": key.version + 1}
        said = ", ".join(f"#{name} = :{name}" for name, value in values.items() if value is not None)
        gone = ", ".join(f"#{name}" for name, value in values.items() if value is None)
        change = f"SET {said}" + (f" REMOVE {gone}" if gone else "")
        values = {name: value for name, value in values.items() if value is not None} | {"before": key.version}
        version = "attribute_exists(#id) AND #version = :before"
        if key.version == 0:  # a row of before there were versions
            version = "attribute_exists(#id) AND (attribute_not_exists(#version) OR #version = :before)"
        pointers = [
            *(Write.put({"id": _hash(each), "key_id": key.id}) for each in _hashes(key) - _hashes(before)),
            *(Write.delete({"id": _hash(each)}) for each in _hashes(before) - _hashes(key)),
        ]
        try:
            await self._table.together(Write.update({"id": key.id}, change, version, values), *pointers, *_kept(news))
        except ConditionFailed:
            return False
        return True

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
        for each in _hashes(_key(row)):  # first: a repeat after a crash in between finds the row
            await self._table.delete({"id": _hash(each)})
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


def _hashes(key: ApiKey) -> set[str]:
    return {key.hash, *(old.hash for old in key.old_secrets)}


def _allowed(key: ApiKey) -> dict[str, Any]:
    """What `change` writes."""
    return {
        "max_sessions": key.max_sessions,
        "limits": _json(key.limits),
        "per_minute": key.per_minute,
        "prefix": key.prefix,
        "hash": key.hash,
        "old_secrets": _json(key.old_secrets),
    }


def _json(value: Any) -> str:  # noqa: ANN401 - what orjson takes
    return orjson.dumps(value).decode()


def _key(row: Row) -> ApiKey:
    read = {
        "scopes": tuple(orjson.loads(row["scopes"])),
        "limits": limits_of(row.get("limits")),
        "old_secrets": old_secrets_of(row.get("old_secrets")),
    }
    return with_known_fields(ApiKey, row | read)
