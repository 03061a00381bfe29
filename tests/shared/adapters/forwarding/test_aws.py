"""Forwarding to queues, buses and buckets of AWS."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from shared.adapters.forwarding.opening import ForwardingSinks
from shared.errors import SecretsKeyMissing
from shared.forwarders.model import Forwarder
from shared.forwarders.ports import NotTaken, Sink
from shared.settings import StoreSettings
from tests.shared.adapters.forwarding.made import AT, HOUR, aws, event, forwarder, ids

Opened = Callable[[Forwarder], Any]


@pytest.fixture
async def opened(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    """Opens the sink of a forwarder at the emulator."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    sinks = ForwardingSinks(StoreSettings(store="dynamodb", aws_endpoint_url=moto_endpoint))
    async with AsyncExitStack() as stack:

        async def open_one(made: Forwarder) -> Sink:
            return await stack.enter_async_context(sinks.open(made))

        yield open_one


def name() -> str:
    return f"t{uuid.uuid4().hex}"


def received(queue: str, endpoint: str) -> list[dict[str, Any]]:
    """All messages of a queue, in the order in which they come."""
    found: list[dict[str, Any]] = []
    sqs = aws("sqs", endpoint)
    while messages := sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        found += messages
    return found


async def test_a_queue_gets_every_event(opened: Opened, moto_endpoint: str) -> None:
    """Bodies as they are told everywhere, ten a call, with id and type as attributes to filter by."""
    queue = aws("sqs", moto_endpoint).create_queue(QueueName=name())["QueueUrl"]
    events = [event(number) for number in range(1, 26)]
    assert await (await opened(forwarder(sqs={"queueUrl": queue}))).take(events, set()) == 25
    messages = received(queue, moto_endpoint)
    assert {message["Body"].encode() for message in messages} == {each.body for each in events}
    told = messages[0]["MessageAttributes"]
    assert told["id"]["StringValue"] == json.loads(messages[0]["Body"])["id"]
    assert told["type"]["StringValue"] == "message.received"


async def test_a_fifo_queue_keeps_the_order_of_each_session(opened: Opened, moto_endpoint: str) -> None:
    """A group for each session, and what is sent again is there once."""
    attributes = {"FifoQueue": "true"}
    queue = aws("sqs", moto_endpoint).create_queue(QueueName=f"{name()}.fifo", Attributes=attributes)["QueueUrl"]
    events = [event(number, session=f"ses_{number % 3}") for number in range(1, 31)]
    events.append(event(31, session="-"))
    sink = await opened(forwarder(sqs={"queueUrl": queue}))
    for _ in range(2):
        await sink.take(events, set())
    messages = received(queue, moto_endpoint)
    assert len(messages) == 31
    for number in range(3):
        group = [each for each in messages if each["Attributes"]["MessageGroupId"] == f"ses_{number}"]
        assert [json.loads(each["Body"])["id"] for each in group] == ids(
            [each for each in events if each.session_uid == f"ses_{number}"]
        )


async def test_what_is_too_large_goes_without_its_data(opened: Opened, moto_endpoint: str) -> None:
    """Nothing holds up what is behind it; neither do characters that a queue refuses."""
    queue = aws("sqs", moto_endpoint).create_queue(QueueName=name())["QueueUrl"]
    events = [event(1, data={"text": "x" * 300_000}), event(2, data={"text": "\ufffe\uffff"}), event(3)]
    await (await opened(forwarder(sqs={"queueUrl": queue}))).take(events, set())
    bodies = {body["id"]: body for body in (json.loads(each["Body"]) for each in received(queue, moto_endpoint))}
    assert len(bodies) == 3
    large, odd = bodies[events[0].id], bodies[events[1].id]
    assert (large["data"], large["tooLarge"]) == (None, len(events[0].body))
    assert odd["data"]["text"] == "\ufffe\uffff"


async def test_what_a_queue_took_is_not_sent_again(opened: Opened, moto_endpoint: str) -> None:
    """After a failure in the middle only the rest goes."""
    queue = aws("sqs", moto_endpoint).create_queue(QueueName=name())["QueueUrl"]
    events = [event(number) for number in range(1, 26)]
    await (await opened(forwarder(sqs={"queueUrl": queue}))).take(events, {each.id for each in events[:20]})
    assert len(received(queue, moto_endpoint)) == 5


@pytest.mark.parametrize(
    "target",
    [
        {"sqs": {"queueUrl": "http://127.0.0.1/123456789012/nowhere"}},
        {"s3": {"bucket": "a-bucket-that-is-not-there"}},
        {"sqs": {"queueUrl": "http://127.0.0.1:9/1/q", "endpoint": "http://127.0.0.1:9"}},
    ],
)
async def test_what_is_not_there_is_said(opened: Opened, target: dict[str, Any]) -> None:
    """By the service's own words, or by why it cannot be reached."""
    with pytest.raises(NotTaken, match=r"\w+: .+"):
        await (await opened(forwarder(**target))).take([event(1)], set())


async def test_a_bus_gets_every_event(opened: Opened, moto_endpoint: str) -> None:
    """With its type as detail-type, for rules; seen by a queue behind a rule."""
    bus, queue = name(), aws("sqs", moto_endpoint).create_queue(QueueName=name())["QueueUrl"]
    events_of_aws = aws("events", moto_endpoint)
    events_of_aws.create_event_bus(Name=bus)
    events_of_aws.put_rule(Name="all", EventBusName=bus, EventPattern='{"source": ["shop"]}')
    arn = aws("sqs", moto_endpoint).get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    targets = [{"Id": "q", "Arn": arn["Attributes"]["QueueArn"]}]
    events_of_aws.put_targets(Rule="all", EventBusName=bus, Targets=targets)
    events = [event(number) for number in range(1, 26)]
    assert await (await opened(forwarder(eventBridge={"bus": bus, "source": "shop"}))).take(events, set()) == 25
    told = [json.loads(message["Body"]) for message in received(queue, moto_endpoint)]
    assert {each["detail"]["id"] for each in told} == set(ids(events))
    assert {each["detail-type"] for each in told} == {"message.received"}


def objects(bucket: str, endpoint: str) -> dict[str, list[str]]:
    """The ids of events in each object."""
    s3 = aws("s3", endpoint)
    found = {}
    for listed in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        body = s3.get_object(Bucket=bucket, Key=listed["Key"])["Body"].read()
        found[listed["Key"]] = [json.loads(line)["id"] for line in body.splitlines()]
    return found


def a_bucket(endpoint: str) -> str:
    bucket = name()
    aws("s3", endpoint).create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return bucket


async def test_a_bucket_gets_an_object_for_each_hour(opened: Opened, moto_endpoint: str) -> None:
    """A line an event, under the hour in which the log took it; the next hour's wait for the next object."""
    bucket = a_bucket(moto_endpoint)
    sink = await opened(forwarder(s3={"bucket": bucket, "prefix": "wagate/shop"}))
    events = [event(1), event(2, at=AT + 1000), event(3, at=AT + HOUR)]
    assert await sink.take(events, set()) == 2
    assert await sink.take(events[2:], set()) == 3
    assert objects(bucket, moto_endpoint) == {
        "wagate/shop/2026/11/30/01/fwd_a-7-000000000001.ndjson": ids(events[:2]),
        "wagate/shop/2026/11/30/02/fwd_a-7-000000000003.ndjson": ids(events[2:]),
    }


@pytest.mark.parametrize(("before", "now"), [(2, 5), (5, 2), (3, 3)])
async def test_an_object_that_is_there_is_gone_on_behind(
    opened: Opened, moto_endpoint: str, before: int, now: int
) -> None:
    """After a crash, or written by somebody who forwarded before: it stays as it is, and no event is in two."""
    bucket = a_bucket(moto_endpoint)
    events = [event(number) for number in range(1, 8)]
    await (await opened(forwarder(s3={"bucket": bucket}))).take(events[:before], set())
    sink = await opened(forwarder(s3={"bucket": bucket}))
    upto = await sink.take(events[:now], set())
    assert upto == before
    await sink.take([each for each in events if each.position > upto], set())
    written = objects(bucket, moto_endpoint)
    assert sorted(each for some in written.values() for each in some) == ids(events)


async def test_an_object_of_somebody_else_is_left(opened: Opened, moto_endpoint: str) -> None:
    """Whoever put it there under that name: it is said, and not written over."""
    bucket = a_bucket(moto_endpoint)
    key = "2026/11/30/01/fwd_a-7-000000000001.ndjson"
    aws("s3", moto_endpoint).put_object(Bucket=bucket, Key=key, Body=b"theirs")
    with pytest.raises(NotTaken, match="exists already"):
        await (await opened(forwarder(s3={"bucket": bucket}))).take([event(1)], set())


async def test_credentials_that_cannot_be_read_are_said(moto_endpoint: str) -> None:
    """Without the key, or sealed for another forwarder: nothing is asked with the host's own instead."""
    key = "a-key-of-the-tests-0123456789abcdef"
    settings = StoreSettings(store="dynamodb", aws_endpoint_url=moto_endpoint, secrets_key=key)
    made = forwarder(s3={"bucket": "bucket"})
    sealed = settings.sealer().seal(b'{"accessKeyId": "a", "secretAccessKey": "b"}', "forwarder key_a fwd_b")
    other = Forwarder(id=made.id, key_id=made.key_id, targets=made.targets, created_at=0, credentials=sealed)
    for each in (settings, StoreSettings(store="dynamodb", aws_endpoint_url=moto_endpoint)):
        with pytest.raises(NotTaken, match=r"cannot decrypt|no key"):
            async with ForwardingSinks(each).open(other):
                pass
    assert SecretsKeyMissing.meaning
