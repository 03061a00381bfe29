"""A host is lost with its disk while the last snapshot of its session is behind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.chaos.customer import Send
from tests.chaos.field import Field, Plan, running_field
from tests.chaos.load import READER
from tests.chaos.manifests import Manifests

pytestmark = pytest.mark.timeout(300)

_SNAPSHOT_EVERY = 15
"""Seconds; long enough for 200 messages behind a snapshot."""
_FEW, _MANY = 15, 200


@pytest.mark.parametrize("messages", [_FEW, pytest.param(_MANY, marks=pytest.mark.slow)])
async def test_a_contact_reads_everything_on_both_sides_of_a_loss(ministack_endpoint: str, messages: int) -> None:
    """Messages, the host is lost, as many again: the contact shows all of them; nothing fell to old counters."""
    async with _behind(ministack_endpoint) as field:
        wanted = await _send_across_a_loss(field, messages)
        await _until_read(field, wanted)


@pytest.mark.slow
async def test_without_clearing_the_contact_misses_messages(ministack_endpoint: str) -> None:
    """The same with keys that were used before: WhatsApp takes all messages, the contact cannot read some of them."""
    launcher = {"WAGATE_SHARD_LAUNCHER": "tests.chaos.without_clearing"}
    async with _behind(ministack_endpoint, launcher) as field:
        wanted = await _send_across_a_loss(field, _MANY)
        await field.customer.send(last := Send(next(iter(field.numbers)), READER, "last"))
        frames = await field.whatsapp.passed_on()
        assert frames[READER] >= len(wanted)
        assert last.outcome == "sent"
        with pytest.raises(TimeoutError):
            await _until_read(field, wanted, within=10)


def _behind(endpoint: str, settings: dict[str, str] | None = None) -> AbstractAsyncContextManager[Field]:
    plan = Plan(sessions=1, settings={"WAGATE_SNAPSHOT_EVERY": str(_SNAPSHOT_EVERY)} | (settings or {}))
    return running_field(plan, endpoint=endpoint)


async def _send_across_a_loss(field: Field, messages: int) -> set[str]:
    """Have so many messages sent, then the host lost, then as many again sent; the texts."""
    await field.whatsapp.post("/contacts", number=READER)
    name, host = next(iter(field.numbers)), await field.busiest()
    async with _next_snapshot(field):  # it knows the encrypted session with the contact, and little of its use
        await field.customer.send(Send(name, READER, "first"))
    before = [Send(name, READER, f"before {place}") for place in range(messages)]
    assert {await field.customer.send(send) for send in before} == {"sent"}
    await host.kill()
    await host.wipe()
    after = [Send(name, READER, f"after {place}") for place in range(messages)]
    assert {await field.customer.send(send) for send in after} == {"sent"}
    return {send.text for send in (*before, *after)}


@asynccontextmanager
async def _next_snapshot(field: Field) -> AsyncGenerator[None]:
    """Leave the block when a snapshot was taken after it began."""
    manifests = Manifests()
    watching = asyncio.create_task(manifests.watch(field.stores))
    try:
        async with asyncio.timeout(_SNAPSHOT_EVERY + 60):
            while not manifests.latest:
                await asyncio.sleep(0.1)
            before = dict(manifests.latest)
            yield
            while manifests.latest == before:
                await asyncio.sleep(0.1)
    finally:
        watching.cancel()


async def _until_read(field: Field, wanted: set[str], within: float = 60) -> None:
    """Return when the contact shows all of these, each once; raises TimeoutError."""
    async with asyncio.timeout(within):
        while not wanted <= set(texts := await field.whatsapp.texts_of(READER)):
            await asyncio.sleep(0.2)
    assert len([text for text in texts if text in wanted]) == len(wanted)
