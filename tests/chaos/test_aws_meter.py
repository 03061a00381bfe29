"""What DynamoDB charges is counted by its rules."""

import uuid

import pytest

from shared.adapters.dynamodb.tables import create_tables
from shared.settings import StoreSettings
from tests.chaos.aws_meter import Meter
from tests.chaos.aws_units import Item, copies, item_bytes, read_units, write_units
from tests.chaos.emulated import emulated
from tests.chaos.test_aws_front import client_through

_MESSAGE: Item = {"id": {"S": "msg_1"}, "session_uid": {"S": "ses_1"}, "state": {"S": "sending"}}
_SENDING: Item = _MESSAGE | {"sending_of": {"S": "ses_1"}}


def test_the_size_of_an_item_is_names_and_values() -> None:
    """Text by its UTF-8, numbers by pairs of digits, maps with 3 bytes and 1 more for each entry."""
    item: Item = {"ä": {"S": "abc"}, "n": {"N": "12345"}, "b": {"BOOL": True}, "m": {"M": {"x": {"N": "7"}}}}
    assert item_bytes(item) == (2 + 3) + (1 + 4) + (1 + 1) + (1 + 3 + 1 + 2 + 1)


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, _SENDING, 3),  # the table, by_session, sending
        (_SENDING, _SENDING, 1),  # refused
        (_SENDING, _MESSAGE | {"wa_key": {"S": "ses_1#A"}}, 4),  # out of sending, into by_wa_id, changed in by_session
        (_MESSAGE, _MESSAGE | {"state": {"S": "x" * 1024}}, 4),  # two kilobytes in the table and in by_session
        (_MESSAGE, _MESSAGE | {"session_uid": {"S": "ses_2"}}, 3),  # out of by_session and into it again
        (_MESSAGE, None, 2),
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
    assert copies("messages", _SENDING) == 3


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
            await client.put_item(TableName=table, Item=_SENDING, ConditionExpression="attribute_not_exists(id)")
        before = meter.counts.copy()
        found = await client.query(
            TableName=table,
            IndexName="sending",
            KeyConditionExpression="sending_of = :uid",
            ExpressionAttributeValues={":uid": {"S": "ses_1"}},
        )
        assert found["Items"] == [_SENDING]
        await client.get_item(TableName=table, Key={"id": {"S": "msg_1"}}, ConsistentRead=True)
    assert (before.requests, before.units) == ({"messages PutItem": 2}, {"messages PutItem": 3 + 1})
    later = meter.counts.since(before)
    assert later.units == {"messages Query sending": 0.5, "messages GetItem": 1}
