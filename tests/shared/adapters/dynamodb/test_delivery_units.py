"""What a delivery costs in DynamoDB, by its published rules: docs/operations.md names these numbers."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from shared.adapters.dynamodb.deliveries import DynamoDeliveries
from shared.adapters.dynamodb.table import Table
from shared.adapters.dynamodb.tables import create_tables
from shared.events.cursor import Cursor
from shared.settings import StoreSettings
from shared.webhooks.model import Attempt, Delivery, DeliveryState, Place
from tests.chaos.aws_units import KEYS, Item, write_units
from tests.chaos.emulated import emulated

_BODY = b"x" * 500


class Metered:
    """A client that counts the units of what is written."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.units = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def update_item(self, **asked: Any) -> Any:
        before = await self._item(asked["TableName"], asked["Key"])
        answer = await self._client.update_item(**asked)
        self.units += write_units("webhooks", before, await self._item(asked["TableName"], asked["Key"]))
        return answer

    async def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> Any:  # noqa: N803 - the client's name
        ((table, wanted),) = RequestItems.items()
        keys = [self._key(each) for each in wanted]
        before = [await self._item(table, key) for key in keys]
        answer = await self._client.batch_write_item(RequestItems=RequestItems)
        for was, key in zip(before, keys, strict=True):
            self.units += write_units("webhooks", was, await self._item(table, key))
        return answer

    def _key(self, wanted: dict[str, Any]) -> Item:
        item = wanted["PutRequest"]["Item"] if "PutRequest" in wanted else wanted["DeleteRequest"]["Key"]
        return {name: item[name] for name in KEYS["webhooks"]}

    async def _item(self, table: str, key: Item) -> Item | None:
        return (await self._client.get_item(TableName=table, Key=key, ConsistentRead=True)).get("Item")


class Deliveries:
    """Rows of one webhook, and what writing them costs."""

    def __init__(self, client: Metered, table: str) -> None:
        self._client = client
        self._deliveries = DynamoDeliveries(Table(client, table))
        self.place = Place(subscription_id="wh_01m8kjt9kv6yfe1qvcvd072mx5", cursor=Cursor(1_795_953_600_000, 100, 1))

    async def cost(self, *rows: Delivery) -> float:
        """Units of storing these together with the place, without those of the place."""
        before = self._client.units
        assert await self._deliveries.settle(self.place, rows)
        return self._client.units - before - 1

    async def begin(self) -> None:
        await self._deliveries.begin(self.place)
        taken = await self._deliveries.take(self.place.subscription_id)
        assert taken is not None
        self.place = taken
        before = self._client.units
        assert await self._deliveries.settle(self.place, [])
        assert self._client.units - before == 1

    def row(self, number: int, state: DeliveryState, attempts: int = 1) -> Delivery:
        failed = state is not DeliveryState.DELIVERED
        return Delivery(
            subscription_id=self.place.subscription_id,
            event_id=f"evt_01m8kjt9kv6yfe1qvcvd07{number:04d}",
            session_uid="ses_01m8kjt9kv6yfe1qvcvd072mx5",
            type="message.received",
            log=1_795_953_600_000,
            position=100 + number,
            state=state,
            next_at=1_795_953_605_000 + attempts if state is DeliveryState.PENDING else None,
            first_at=1_795_953_600_000,
            attempts=attempts,
            tries=(Attempt(1_795_953_600_000, 12, 500 if failed else 200, "ok"),) * attempts,
            waited=failed or attempts > 1,
            body=_BODY if failed else None,
        )


@pytest.fixture
async def deliveries(ministack_endpoint: str) -> AsyncIterator[Deliveries]:
    prefix = f"u{uuid.uuid4().hex}-"
    async with emulated("dynamodb", StoreSettings(aws_endpoint_url=ministack_endpoint)) as client:
        await create_tables(client, prefix)
        made = Deliveries(Metered(client), f"{prefix}webhooks")
        await made.begin()
        yield made


async def test_an_event_that_is_taken_at_once_costs_a_unit(deliveries: Deliveries) -> None:
    """However many are stored together; the place behind them is one more for all."""
    rows = [deliveries.row(number, DeliveryState.DELIVERED) for number in range(25)]
    assert await deliveries.cost(*rows) == 25
    assert await deliveries.cost(deliveries.row(30, DeliveryState.DELIVERED)) == 1


async def test_an_event_that_fails_costs_some_units_an_attempt(deliveries: Deliveries) -> None:
    """Four each: the row, the two indexes that it is in or moves in, and the removal of the one that it is not."""
    first = await deliveries.cost(deliveries.row(1, DeliveryState.PENDING))
    again = await deliveries.cost(deliveries.row(1, DeliveryState.PENDING, attempts=2))
    taken = await deliveries.cost(replace(deliveries.row(1, DeliveryState.DELIVERED, attempts=3), waited=True))
    assert (first, again, taken) == (4, 4, 4)
