"""Global indexes that lag: what they show, and what they do not touch."""

import random
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from shared.adapters.dynamodb.tables import create_tables
from shared.settings import StoreSettings
from tests.chaos.aws_front import aws_front
from tests.chaos.emulated import emulated
from tests.emulators.lagging_indexes import LaggingIndexes, lagging_indexes


class Place:
    """A client behind a front whose indexes lag by a clock that the test sets."""

    now = 0.0

    def __init__(self, table: str, client: Any, indexes: LaggingIndexes) -> None:
        self.table = table
        self.client = client
        self.indexes = indexes

    async def free(self, **more: Any) -> list[str]:
        """The names of what the index shows, in its order."""
        found = await self.client.query(
            TableName=self.table,
            IndexName="free",
            KeyConditionExpression="#free = :free",
            ExpressionAttributeNames={"#free": "free"},
            ExpressionAttributeValues={":free": {"S": "yes"}},
            **more,
        )
        return [item["name"]["S"] for item in found["Items"]]

    def row(self, uid: str, name: str, at: int) -> dict[str, Any]:
        key = {"pk": {"S": uid}, "sk": {"S": "-"}}
        return key | {"free": {"S": "yes"}, "created_at": {"N": str(at)}, "name": {"S": name}}


@pytest.fixture(params=["moto", "ministack"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    endpoint: str = request.getfixturevalue(f"{request.param}_endpoint")
    async with AsyncExitStack() as stack:
        prefix = f"l{uuid.uuid4().hex}-"
        direct = await stack.enter_async_context(emulated("dynamodb", StoreSettings(aws_endpoint_url=endpoint)))
        await create_tables(direct, prefix)
        chance = random.Random(5)  # noqa: S311 - to be the same again
        indexes = await stack.enter_async_context(lagging_indexes(endpoint, chance, lambda: made.now))
        indexes.longest = 3.0
        front = await stack.enter_async_context(aws_front(endpoint, chance, indexes))
        behind = StoreSettings(aws_endpoint_url=f"http://127.0.0.1:{front.port}")
        made = Place(f"{prefix}sessions", await stack.enter_async_context(emulated("dynamodb", behind)), indexes)
        yield made


async def test_an_index_shows_what_was_before_until_its_time(place: Place) -> None:
    """A new item is missing, a changed one as it was, a removed one still there; the table says what is."""
    await place.client.put_item(TableName=place.table, Item=place.row("a", "first", 1))
    assert await place.free() == []
    key = {"pk": {"S": "a"}, "sk": {"S": "-"}}
    found = await place.client.get_item(TableName=place.table, Key=key, ConsistentRead=True)
    assert found["Item"]["name"]["S"] == "first"
    place.now = 3
    assert await place.free() == ["first"]
    await place.client.transact_write_items(
        TransactItems=[{"Put": {"TableName": place.table, "Item": place.row("a", "second", 1)}}]
    )
    assert await place.free() == ["first"]
    place.now = 6
    assert await place.free() == ["second"]
    await place.client.delete_item(TableName=place.table, Key=key)
    assert await place.free() == ["second"]
    place.now = 9
    assert await place.free() == []
    assert place.indexes.behind == 3


async def test_items_come_by_times_of_their_own_in_the_order_of_the_index(place: Place) -> None:
    """What was written later can show first; descending when that is asked for; and nothing lags when nothing shall."""
    for at in range(8):
        await place.client.put_item(TableName=place.table, Item=place.row(f"u{at}", f"n{at}", at))
    seen: list[list[str]] = []
    while len(shown := await place.free()) < 8:
        seen.append(shown)
        place.now += 0.1
    assert any(shown and shown != [f"n{at}" for at in range(len(shown))] for shown in seen)
    assert all(shown == sorted(shown) for shown in seen)
    assert await place.free(ScanIndexForward=False) == [f"n{at}" for at in reversed(range(8))]
    place.indexes.longest = 0
    await place.client.put_item(TableName=place.table, Item=place.row("u8", "n8", 8))
    assert len(await place.free()) == 9
