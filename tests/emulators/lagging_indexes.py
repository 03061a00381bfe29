"""DynamoDB's global indexes as they are: behind the table, each item by a time of its own.

Emulators change indexes together with the table. This stands between, at the wire: it looks at each item before it is
written, and answers reads of a global index with items as they were while their changes have not got there. Reads of
tables and of local indexes that ask for it are as every finished write left them; those that do not ask lag too.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

Item = dict[str, dict[str, Any]]
"""As on the wire: name -> {type: value}."""

_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})
_READS = frozenset({"Query", "Scan"})
_EQUAL = re.compile(r"(#?\w+)\s*=\s*(:\w+)")
_COMPARED = re.compile(r"(#?\w+)\s*(<>|<)\s*(:\w+)")
_TARGET = "DynamoDB_20120810."


@dataclass(frozen=True, slots=True)
class _Change:
    """What an item was before a write, and when indexes show the write."""

    before: Item | None
    shown_at: float


class LaggingIndexes:
    """The indexes of one emulator. Make it with `lagging_indexes`.

    Attributes:
        longest: seconds by which an index lags behind at most; 0: not at all.
        behind: answers so far that were not what the table said.
    """

    def __init__(
        self, endpoint: str, chance: random.Random, http: aiohttp.ClientSession, clock: Callable[[], float]
    ) -> None:
        self.longest = 0.0
        self.behind = 0
        self._endpoint = endpoint
        self._chance = chance
        self._http = http
        self._clock = clock
        self._tables: dict[str, dict[str, Any]] = {}
        self._changes: dict[tuple[str, str], list[_Change]] = {}
        """By table and key, oldest first."""

    async def note(self, operation: str, asked: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Look at what a request is about to write."""
        if not self.longest or operation not in _WRITES:
            return
        for table, key in await self._written(operation, asked, headers):
            found = await self._ask("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True}, headers)
            change = _Change(found.get("Item"), self._clock() + self._chance.uniform(0, self.longest))
            self._changes.setdefault((table, _name(key)), []).append(change)

    async def answer(
        self, operation: str, asked: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """The answer to a read that may be behind; None when it is none, or nothing is behind."""
        if operation not in _READS or asked.get("ConsistentRead") or not self._pending(asked["TableName"]):
            return None
        table = await self._table(asked["TableName"], headers)
        schema = table["KeySchema"]
        for index in (*table.get("GlobalSecondaryIndexes", []), *table.get("LocalSecondaryIndexes", [])):
            if index["IndexName"] == asked.get("IndexName"):
                schema = index["KeySchema"]
        names = [part["AttributeName"] for part in schema]
        now_there = await self._all(operation, asked, headers)
        key = [part["AttributeName"] for part in table["KeySchema"]]
        shown = {_name({name: item[name] for name in key}): item for item in now_there}
        for place, changes in self._pending(asked["TableName"]).items():
            shown.pop(place, None)
            item = changes[0].before
            if item is not None and all(name in item for name in names) and _matches(item, asked):
                shown[place] = item
        items = sorted(shown.values(), key=lambda item: [_comparable(item[name]) for name in names])
        if asked.get("ScanIndexForward") is False:
            items.reverse()
        self.behind += items != now_there
        return {"Items": items, "Count": len(items), "ScannedCount": len(items)}

    def _pending(self, table: str) -> dict[str, list[_Change]]:
        """Of a table, what indexes do not show yet, by key; what they do show is forgotten."""
        now = self._clock()
        for place, changes in list(self._changes.items()):
            while changes and changes[0].shown_at <= now:
                changes.pop(0)
            if not changes:
                del self._changes[place]
        return {key: changes for (of, key), changes in self._changes.items() if of == table}

    async def _written(
        self, operation: str, asked: Mapping[str, Any], headers: Mapping[str, str]
    ) -> list[tuple[str, Item]]:
        """Table and key of each item that a request writes."""
        if operation == "TransactWriteItems":
            writes = [write for item in asked["TransactItems"] for write in item.values()]
        elif operation == "BatchWriteItem":
            writes = [
                {"TableName": table, **request}
                for table, requests in asked["RequestItems"].items()
                for item in requests
                for request in item.values()
            ]
        else:
            writes = [dict(asked)]
        found: list[tuple[str, Item]] = []
        for write in writes:
            schema = (await self._table(write["TableName"], headers))["KeySchema"]
            item = write.get("Key") or write["Item"]
            found.append((write["TableName"], {part["AttributeName"]: item[part["AttributeName"]] for part in schema}))
        return found

    async def _all(self, operation: str, asked: Mapping[str, Any], headers: Mapping[str, str]) -> list[Item]:
        wanted = {name: value for name, value in asked.items() if name not in {"Limit", "ExclusiveStartKey"}}
        items: list[Item] = []
        while True:
            page = await self._ask(operation, wanted, headers)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return items
            wanted["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    async def _table(self, name: str, headers: Mapping[str, str]) -> dict[str, Any]:
        if name not in self._tables:
            self._tables[name] = (await self._ask("DescribeTable", {"TableName": name}, headers))["Table"]
        return self._tables[name]

    async def _ask(self, operation: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        told = {name: value for name, value in headers.items() if name.lower() in {"authorization", "x-amz-date"}}
        told |= {"X-Amz-Target": f"{_TARGET}{operation}", "Content-Type": "application/x-amz-json-1.0"}
        async with self._http.post(self._endpoint, headers=told, data=json.dumps(body)) as answer:
            found: dict[str, Any] = json.loads(await answer.read())
            if not answer.ok:
                raise RuntimeError(f"{operation} of the indexes' own: {found}")
            return found


@asynccontextmanager
async def lagging_indexes(
    endpoint: str, chance: random.Random, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[LaggingIndexes]:
    """The indexes of the emulator at this endpoint, by a clock of seconds, until the context ends."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield LaggingIndexes(endpoint, chance, http, clock)


def _matches(item: Item, asked: Mapping[str, Any]) -> bool:
    """Whether an item is what a query looks for: conditions of the forms that the adapters write."""
    names, values = asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})
    for word, value in _EQUAL.findall(asked.get("KeyConditionExpression", "")):
        if item.get(names.get(word, word)) != values[value]:
            return False
    for word, how, value in _COMPARED.findall(asked.get("FilterExpression", "")):
        has = item.get(names.get(word, word))
        wanted = values[value]
        if how == "<>" and has == wanted:
            return False
        if how == "<" and (has is None or not _comparable(has) < _comparable(wanted)):
            return False
    return True


def _comparable(value: dict[str, Any]) -> Any:
    ((kind, text),) = value.items()
    return int(text) if kind == "N" else text


def _name(key: Item) -> str:
    return json.dumps(key, sort_keys=True)
