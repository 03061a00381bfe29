"""One table: the operations the adapters need, in plain values."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from shared.adapters.aws.calls import unavailable
from shared.adapters.dynamodb.items import Item, decode, encode, encode_value
from shared.errors import StoreUnavailable

Row = dict[str, Any]

_REFUSED_TOGETHER = frozenset({"TransactionCanceledException", "TransactionConflictException"})
"""A condition, or another write of the same rows at the same moment."""


_READ_AT_ONCE, _WRITTEN_AT_ONCE = 100, 25
"""The most items that DynamoDB takes in one BatchGetItem, BatchWriteItem."""
_FIRST_PAUSE, _TRIES = 0.05, 8


class ConditionFailed(Exception):  # noqa: N818 - the name DynamoDB gives it
    """A conditional write was refused; nothing was written."""


@dataclass(frozen=True, slots=True)
class Write:
    """One of several writes that are done together."""

    kind: Literal["Put", "Update", "Delete"]
    arguments: dict[str, Any]

    @classmethod
    def put(
        cls, row: Mapping[str, Any], condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> Write:
        """Write a whole row."""
        return cls("Put", {"Item": encode(row), **_expressions(values or {}, ConditionExpression=condition)})

    @classmethod
    def update(cls, key: Mapping[str, str], change: str, condition: str | None, values: Mapping[str, Any]) -> Write:
        """Change a row, made when missing unless the condition says otherwise."""
        expressions = _expressions(values, UpdateExpression=change, ConditionExpression=condition)
        return cls("Update", {"Key": encode(key), **expressions})

    @classmethod
    def delete(
        cls, key: Mapping[str, str], condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> Write:
        """Remove a row."""
        return cls("Delete", {"Key": encode(key), **_expressions(values or {}, ConditionExpression=condition)})


class Table:
    """A table of the client's. Expressions name every attribute with `#`, every value with `:`, the same word."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - aiobotocore makes its clients at run time
        self._client = client
        self._name = name

    async def get(self, **key: str) -> Row | None:
        """The row as every finished write left it, or None."""
        found = await self._call("get_item", Key=encode(key), ConsistentRead=True)
        return decode(found["Item"]) if "Item" in found else None

    async def get_many(self, keys: Sequence[Mapping[str, str]]) -> list[Row]:
        """Those of these rows that are there, as every finished write left them, in no order. No key comes twice."""
        found: list[Row] = []
        for start in range(0, len(keys), _READ_AT_ONCE):
            some = [encode(key) for key in keys[start : start + _READ_AT_ONCE]]
            async for answer in self._in_batches("batch_get_item", {"Keys": some, "ConsistentRead": True}):
                found += [decode(item) for item in answer["Responses"][self._name]]
        return found

    async def put_many(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write whole rows, over what is there. No key comes twice; what a crash leaves is some of them."""
        for start in range(0, len(rows), _WRITTEN_AT_ONCE):
            some = rows[start : start + _WRITTEN_AT_ONCE]
            async for _ in self._in_batches(
                "batch_write_item", [{"PutRequest": {"Item": encode(row)}} for row in some]
            ):
                pass

    async def remove_many(self, keys: Sequence[Mapping[str, str]]) -> None:
        """Remove rows, whether they are there or not. No key comes twice."""
        for start in range(0, len(keys), _WRITTEN_AT_ONCE):
            some = keys[start : start + _WRITTEN_AT_ONCE]
            requests = [{"DeleteRequest": {"Key": encode(key)}} for key in some]
            async for _ in self._in_batches("batch_write_item", requests):
                pass

    async def put(
        self, row: Mapping[str, Any], condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> None:
        """Write a whole row; raises ConditionFailed."""
        extra = _expressions(values or {}, ConditionExpression=condition)
        await self._call("put_item", Item=encode(row), **extra)

    async def update(
        self, key: Mapping[str, str], change: str, condition: str | None, values: Mapping[str, Any]
    ) -> Row:
        """Change a row; it as it is now. Raises ConditionFailed."""
        extra = _expressions(values, UpdateExpression=change, ConditionExpression=condition)
        changed = await self._call("update_item", Key=encode(key), ReturnValues="ALL_NEW", **extra)
        return decode(changed["Attributes"])

    async def delete(
        self, key: Mapping[str, str], condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> bool:
        """Remove a row; whether there was one. Raises ConditionFailed."""
        extra = _expressions(values or {}, ConditionExpression=condition)
        removed = await self._call("delete_item", Key=encode(key), ReturnValues="ALL_OLD", **extra)
        return bool(removed.get("Attributes"))

    async def together(self, *writes: Write) -> None:
        """All of these writes or none; the client's own repeats of one are known by a token. Raises ConditionFailed."""
        items = [{write.kind: {"TableName": self._name, **write.arguments}} for write in writes]
        try:
            await self._client.transact_write_items(TransactItems=items)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code", "") in _REFUSED_TOGETHER:
                raise ConditionFailed from error
            raise unavailable(error, f"The table {self._name}") from error
        except BotoCoreError as error:
            raise unavailable(error, f"The table {self._name}") from error

    async def query(  # noqa: PLR0913 - the parts of one query
        self,
        condition: str,
        values: Mapping[str, Any],
        *,
        index: str | None = None,
        consistent: bool = True,
        only: str | None = None,
        newest_first: bool = False,
        page: int | None = None,
    ) -> AsyncGenerator[Row]:
        """Rows in the order of their sort key, read page by page as they are asked for.

        They are as every finished write left them if `consistent`, which a global index cannot be.
        """
        extra = _expressions(values, KeyConditionExpression=condition, FilterExpression=only)
        if index is not None:
            extra["IndexName"] = index
        if consistent:
            extra["ConsistentRead"] = True
        if page is not None:
            extra["Limit"] = page
        async for row in self._pages("query", ScanIndexForward=not newest_first, **extra):
            yield row

    async def _in_batches(self, operation: str, wanted: Any) -> AsyncGenerator[dict[str, Any]]:  # noqa: ANN401 - of the client
        """The answers to one batch: what exceeds 16 MB or DynamoDB's throughput is left out, and asked for again."""
        pause = _FIRST_PAUSE
        for _ in range(_TRIES):
            answer = await self._client_call(operation, RequestItems={self._name: wanted})
            yield answer
            left = answer.get("UnprocessedKeys") or answer.get("UnprocessedItems")
            if not left:
                return
            wanted = left[self._name]
            await asyncio.sleep(pause)
            pause *= 2
        raise StoreUnavailable(
            "The store is asked for more than it gives at the moment.", retry_after=2.0, inside=self._name
        )

    async def scan(self) -> AsyncGenerator[Row]:
        """Every row, in no order."""
        async for row in self._pages("scan", ConsistentRead=True):
            yield row

    async def _pages(self, operation: str, **arguments: Any) -> AsyncGenerator[Row]:  # noqa: ANN401 - of the client
        start: dict[str, Item] = {}
        while True:
            found = await self._call(operation, **arguments, **start)
            for item in found["Items"]:
                yield decode(item)
            if "LastEvaluatedKey" not in found:
                return
            start = {"ExclusiveStartKey": found["LastEvaluatedKey"]}

    async def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - of the client
        return await self._client_call(operation, TableName=self._name, **arguments)

    async def _client_call(self, operation: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - of the client
        try:
            return await getattr(self._client, operation)(**arguments)
        except ClientError as error:
            code: str = error.response.get("Error", {}).get("Code", "")
            if code == "ConditionalCheckFailedException":
                raise ConditionFailed from error
            raise unavailable(error, f"The table {self._name}") from error
        except BotoCoreError as error:
            raise unavailable(error, f"The table {self._name}") from error


def _expressions(values: Mapping[str, Any], **expressions: str | None) -> dict[str, Any]:
    """The expressions that are there, with the names they use (`#word`) and the values (`:word`)."""
    present: dict[str, Any] = {kind: expression for kind, expression in expressions.items() if expression is not None}
    text = " ".join(present.values())
    words = text.replace("(", " ").replace(")", " ").replace(",", " ").replace(".", " ").replace("=", " ").split()
    if names := {word: word[1:] for word in words if word.startswith("#")}:
        present["ExpressionAttributeNames"] = names
    if used := {f":{name}": encode_value(value) for name, value in values.items()}:
        present["ExpressionAttributeValues"] = used
    return present
