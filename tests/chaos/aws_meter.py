"""Counts what machines ask of DynamoDB and S3, and what DynamoDB would charge. Set as the `meter` of an `AwsFront`."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.chaos.aws_front import PassOn
from tests.chaos.aws_units import KEYS, Item, read_units, write_units

_READS = frozenset({"GetItem", "Query", "Scan"})
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
_OK = 200


@dataclass(slots=True)
class Counts:
    """Requests, and the units of those to DynamoDB, by what they are, such as `messages UpdateItem`."""

    requests: Counter[str] = field(default_factory=Counter[str])
    units: dict[str, float] = field(default_factory=dict[str, float])

    def add(self, what: str, units: float) -> None:
        """One more request."""
        self.requests[what] += 1
        self.units[what] = self.units.get(what, 0.0) + units

    def add_all(self, more: Counts) -> None:
        """All of another one's."""
        self.requests += more.requests
        for what, units in more.units.items():
            self.units[what] = self.units.get(what, 0.0) + units

    def copy(self) -> Counts:
        """As it is now."""
        return Counts(self.requests.copy(), dict(self.units))

    def since(self, before: Counts) -> Counts:
        """What came since an earlier copy."""
        units = {what: total - before.units.get(what, 0.0) for what, total in self.units.items()}
        return Counts(self.requests - before.requests, {what: each for what, each in units.items() if each})


class Meter:
    """Looks at each item before and after it is written. Two writes of one item at once may be counted as one."""

    def __init__(self, dynamodb: Any, prefix: str) -> None:
        """`dynamodb` reaches the store past every front; `prefix` is that of the tables."""
        self.counts = Counts()
        self._dynamodb = dynamodb
        self._prefix = prefix

    async def answer(self, request: web.Request, body: bytes, pass_on: PassOn) -> web.StreamResponse:
        """Pass a request on and count it."""
        target = request.headers.get("X-Amz-Target")
        if target is None:
            self.counts.add(f"s3 {request.method} {_object(request.path)}", 0)
            return await pass_on()
        return await self._asked(target.rpartition(".")[2], json.loads(body), pass_on)

    async def _asked(self, operation: str, asked: dict[str, Any], pass_on: PassOn) -> web.StreamResponse:
        table = str(asked.get("TableName", "")).removeprefix(self._prefix)
        what = " ".join(word for word in (table, operation, asked.get("IndexName")) if word)
        if operation in _READS:
            answer = await pass_on()
            told = _told(answer)
            items = told["Items"] if "Items" in told else [told["Item"]] if "Item" in told else []
            self.counts.add(what, read_units(items, consistent=bool(asked.get("ConsistentRead"))))
        elif operation in _WRITES:
            key = asked.get("Key") or {name: asked["Item"][name] for name in KEYS[table]}
            before = await self._item(asked["TableName"], key)
            answer = await pass_on()
            after = await self._item(asked["TableName"], key) if answer.status == _OK else before
            self.counts.add(what, write_units(table, before, after))
        else:
            answer = await pass_on()
            self.counts.add(f"{what} (units not known)", 0)
        return answer

    async def _item(self, table: str, key: Item) -> Item | None:
        found = await self._dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        return found.get("Item")


def _object(path: str) -> str:
    """What kind of object a path names: sessions have a manifest and snapshots."""
    *_, folder, name = ["", *path.strip("/").split("/")]
    return "list" if not folder else "manifest" if name == "manifest" else "snapshot"


def _told(answer: web.StreamResponse) -> dict[str, Any]:
    body = answer.body if isinstance(answer, web.Response) else None
    return json.loads(body) if answer.status == _OK and isinstance(body, bytes) else {}
