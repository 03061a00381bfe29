"""Promises that hold today while parts of a gateway of several hosts fail."""

import asyncio
import random

import pytest

from tests.chaos.customer import Send
from tests.chaos.faults import KillShard, ThrottleStore, equal_sends
from tests.chaos.field import Field
from tests.chaos.load import WRITER
from tests.chaos.runs import run_on
from tests.chaos.stalls import stalled

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


async def test_a_shard_killed_mid_send_loses_and_doubles_nothing(field: Field, chance: random.Random) -> None:
    """Kill -9 of the shard with sends and inbound messages under way: everything arrives once, or is called unknown."""
    verdict = await run_on(field, KillShard(), chance)
    assert not verdict.wrong
    assert verdict.failovers, "the shard's sessions were connected again"
    assert verdict.sends > 20
    assert verdict.inbound > 20


async def test_a_throttled_store_costs_time_and_no_message(field: Field, chance: random.Random) -> None:
    """DynamoDB refuses half of all requests: callers hear 503 at most, never 500, and what is accepted is sent."""
    before = sum(machine.ways.front.seen["throttled"] for machine in field.machines)
    verdict = await run_on(field, ThrottleStore(), chance)
    assert sum(machine.ways.front.seen["throttled"] for machine in field.machines) > before + 20
    assert not verdict.wrong
    assert verdict.sends > 20


async def test_without_nats_sends_are_refused_at_once_and_nothing_else_is_lost(field: Field) -> None:
    """NATS is killed: sends answer 503 with Retry-After within 2 s, sockets stay up, inbound messages wait."""
    sessions, (server,) = list(field.numbers), field.nats
    await field.whatsapp.post("/contacts", number=WRITER)
    sinks = await field.whatsapp.sinks(12)
    connections = await field.whatsapp.alive()

    waited = stalled()
    await asyncio.to_thread(server.kill)
    told = [
        await field.customer.ask(Send(sessions[place % len(sessions)], sink, f"without NATS {place}"))
        for place, sink in enumerate(sinks[:6])
    ]
    for session, number in field.numbers.items():
        await field.whatsapp.post(f"/contacts/{WRITER}/send", to=number, text=f"while NATS was away, {session}")
    for _ in range(20):  # a second and more of refusals
        told.append(await field.customer.ask(Send(sessions[0], sinks[6], "still without NATS")))
        await asyncio.sleep(0.05)
    waited = stalled() - waited
    await asyncio.to_thread(server.start)

    assert {(answer.status, answer.code) for answer in told} == {(503, "BUS_UNAVAILABLE")}
    assert all(answer.retry_after for answer in told)
    assert max(answer.seconds for answer in told) - waited < 2
    after = [Send(sessions[0], sink, "NATS is back") for sink in sinks[7:]]
    assert {await field.customer.send(send) for send in after} == {"sent"}
    arrived = await field.whatsapp.passed_on()
    assert [arrived[sink] for sink in sinks] == [0] * 7 + [1] * 5
    for session in sessions:
        await _shows(field, session, f"while NATS was away, {session}")
    assert await field.whatsapp.alive() == connections


async def test_ten_thousand_equal_sends_are_one_message(field: Field) -> None:
    """10,000 requests with one Idempotency-Key, by 50 connections to two API processes: one frame, one answer."""
    ended, frames = await equal_sends(field, next(iter(field.numbers)), 10_000)
    assert frames == 1
    assert len(ended) == 1
    assert {outcome for outcome, _ in ended} == {"sent"}


async def _shows(field: Field, session: str, text: str) -> None:
    async with asyncio.timeout(60):
        while (await field.customer.inbox(session)).count(text) != 1:
            await asyncio.sleep(0.1)
