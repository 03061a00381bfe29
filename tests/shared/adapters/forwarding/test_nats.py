"""Forwarding to subjects of NATS."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import nats
import pytest
from nats.aio.client import Client

from shared.adapters.forwarding.opening import ForwardingSinks
from shared.forwarders.ports import NotTaken
from shared.settings import StoreSettings
from tests.emulators.servers import nats_server
from tests.shared.adapters.forwarding.made import event, forwarder


@pytest.fixture
async def client(nats_url: str) -> AsyncIterator[Client]:
    client = await nats.connect(nats_url)
    try:
        yield client
    finally:
        await client.close()


def sinks(url: str) -> ForwardingSinks:
    return ForwardingSinks(StoreSettings(nats_url=url))


async def test_a_stream_gets_every_event_once(nats_url: str, client: Client) -> None:
    """By session and type, in order; what is sent again is there once."""
    name = f"t{uuid.uuid4().hex}"
    await client.jetstream(timeout=30).add_stream(name=name, subjects=[f"{name}.>"])
    events = [event(number, session=f"ses_{number % 2}") for number in range(1, 31)]
    async with sinks(nats_url).open(forwarder(nats={"subject": name})) as sink:
        for _ in range(2):
            assert await sink.take(events, set()) == 30
    stream = client.jetstream(timeout=30)
    stored = [await stream.get_msg(name, seq) for seq in range(1, 31)]
    assert [message.data for message in stored] == [each.body for each in events]
    assert stored[0].subject == f"{name}.ses_1.message.received"
    assert (await stream.stream_info(name)).state.messages == 30


async def test_a_subject_that_no_stream_takes_is_said(nats_url: str) -> None:
    """An event that nobody keeps is not delivered, unless that is what was asked for."""
    name = f"t{uuid.uuid4().hex}"
    async with sinks(nats_url).open(forwarder(nats={"subject": name})) as sink:
        with pytest.raises(NotTaken, match="no stream stores"):
            await sink.take([event(1)], set())


async def test_who_listens_gets_it_without_a_stream(nats_url: str, client: Client) -> None:
    """By a plain subscription."""
    name = f"t{uuid.uuid4().hex}"
    listening = await client.subscribe(f"{name}.>")
    await client.flush()
    async with sinks(nats_url).open(forwarder(nats={"subject": name, "stream": False})) as sink:
        assert await sink.take([event(1), event(2)], set()) == 2
    assert [(await listening.next_msg(timeout=30)).data for _ in range(2)] == [event(1).body, event(2).body]


async def test_a_server_that_is_away_is_said(nats_url: str) -> None:
    """When it is connected to, and when it goes away afterwards."""
    with pytest.raises(NotTaken, match="NATS"):
        async with sinks(nats_url).open(forwarder(nats={"subject": "a", "url": "nats://127.0.0.1:9"})):
            pass
    with nats_server(jetstream=True) as server:
        async with sinks(nats_url).open(forwarder(nats={"subject": "a", "url": server.url})) as sink:
            server.kill()
            async with asyncio.timeout(60):
                with pytest.raises(NotTaken, match=r"NATS|Error"):
                    await sink.take([event(1)], set())
