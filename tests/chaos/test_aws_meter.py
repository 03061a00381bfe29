"""What DynamoDB charges is counted by its rules."""

import uuid

import pytest

from shared.adapters.dynamodb.tables import create_tables
from shared.settings import StoreSettings
from tests.chaos.aws_meter import Meter
from tests.chaos.aws_units import Item, copies, item_bytes, read_units, write_units
from tests.chaos.emulated import emulated
from tests.chaos.test_aws_front import client_through

_MESSAGE: Item = {"pk": {"S": "ses_1"}, "sk": {"S": "msg_1"}, "state": {"S": "sending"}}
_SENDING: Item = _MESSAGE | {"sending": {"S": "msg_1"}}
_SENT: Item = _MESSAGE | {"wa_id": {"S": "A"}}


def test_the_size_of_an_item_is_names_and_values() -> None:
    """Text by its UTF-8, numbers by pairs of digits, maps with 3 bytes and 1 more for each entry."""
    item: Item = {"ä": {"S": "abc"}, "n": {"N": "12345"}, "b": {"BOOL": True}, "m": {"M": {"x": {"N": "7"}}}}
    assert item_bytes(item) == (2 + 3) + (1 + 4) + (1 + 1) + (1 + 3 + 1 + 2 + 1)


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, _SENDING, 2),  # the table, sending
        (_SENDING, _SENDING, 1),  # refused
        (_SENDING, _SENT, 3),  # out of sending, into by_wa_id
        (_SENT, _SENT | {"state": {"S": "x" * 1024}}, 2),  # two kilobytes; by_wa_id holds nothing that changed
        (_SENDING, _SENDING | {"state": {"S": "x" * 1024}}, 4),  # two kilobytes in the table and in sending
        (_SENT, _MESSAGE | {"wa_id": {"S": "B"}}, 3),  # out of by_wa_id and into it again
        (_SENT, None, 2),
    ],
)
def test_a_write_costs_a_unit_for_each_kilobyte_begun_and_each_index_it_changes(
    before: Item | None, after: Item | None, units: int
) -> None:
    """An entry whose key changes is taken out and put in."""
    assert write_units("messages", before, after) == units


def test_a_read_costs_a_unit_for_each_four_kilobytes_begun() -> None:
    """Half of it when it may be behind; a read of nothing as much as the smallest."""
    large: Item = {"id": {"S": "x" * 4096}}
    assert [read_units([], consistent=True), read_units([large], consistent=True)] == [1, 2]
    assert [read_units([], consistent=False), read_units([_MESSAGE] * 3, consistent=False)] == [0.5, 0.5]
    assert copies("messages", _SENDING) == 2


async def test_requests_are_told_apart_by_table_and_index(ministack_endpoint: str) -> None:
    """The meter sees what a write did, and that a refused one did nothing."""
    prefix = f"m{uuid.uuid4().hex}-"
    table = f"{prefix}messages"
    stores = StoreSettings(aws_endpoint_url=ministack_endpoint)
    async with (
        emulated("dynamodb", stores) as direct,
        client_through("dynamodb", ministack_endpoint) as (front, client),
    ):
        await create_tables(direct, prefix)
        front.meter = meter = Meter(direct, prefix)
        await client.put_item(TableName=table, Item=_SENDING)
        with pytest.raises(client.exceptions.ConditionalCheckFailedException):
            await client.put_item(TableName=table, Item=_SENDING, ConditionExpression="attribute_not_exists(pk)")
        before = meter.counts.copy()
        found = await client.query(
            TableName=table,
            IndexName="sending",
            KeyConditionExpression="pk = :uid",
            ExpressionAttributeValues={":uid": {"S": "ses_1"}},
        )
        assert found["Items"] == [_SENDING]
        await client.get_item(TableName=table, Key={"pk": {"S": "ses_1"}, "sk": {"S": "msg_1"}}, ConsistentRead=True)
    assert (before.requests, before.units) == ({"messages PutItem": 2}, {"messages PutItem": 2 + 1})
    later = meter.counts.since(before)
    assert later.units == {"messages Query sending": 0.5, "messages GetItem": 1}
