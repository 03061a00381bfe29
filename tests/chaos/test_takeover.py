"""Promises that need a host to take over from another."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest

from tests.chaos.connections import failovers, overlap_ms
from tests.chaos.faults import FreezeHost
from tests.chaos.field import Field, Plan, running_field
from tests.chaos.runs import run_on
from tests.chaos.stalls import stalled

pytestmark = pytest.mark.timeout(300)

_TAKEN_WITHIN, _GIVEN_WITHIN = 15.0, 3.0
"""Seconds, beside those in which something waited for a processor."""


@pytest.fixture
async def whole_field(ministack_endpoint: str) -> AsyncIterator[Field]:
    """A field of the test's own: it loses a host."""
    async with running_field(Plan(sessions=3), endpoint=ministack_endpoint) as field:
        yield field


async def test_sessions_of_a_lost_host_are_connected_elsewhere(whole_field: Field) -> None:
    """Kill -9 of a host and its disk: within 15 s, by WhatsApp's clock, its sessions are connected without a QR."""
    struck_at, waited, host = time.time(), stalled(), await whole_field.busiest()
    await host.kill()
    await host.wipe()
    for name in whole_field.numbers:
        await whole_field.customer.until_connected(name)
    away = await _all_back(whole_field, struck_at)
    assert away
    assert max(away) - (stalled() - waited) <= _TAKEN_WITHIN


async def test_a_stopped_host_gives_its_sessions_away(whole_field: Field) -> None:
    """SIGTERM: each of its sessions is connected elsewhere within 3 s."""
    struck_at, waited, host = time.time(), stalled(), await whole_field.busiest()
    await host.terminate()
    away = await _all_back(whole_field, struck_at)
    assert away
    assert max(away) - (stalled() - waited) <= _GIVEN_WITHIN


async def test_a_frozen_host_never_speaks_beside_its_successor(whole_field: Field, chance: random.Random) -> None:
    """SIGSTOP for 30 s, then SIGCONT, under load: no device has two live connections, nothing is lost or doubled."""
    waited = stalled()
    verdict = await run_on(whole_field, FreezeHost(), chance)
    assert not verdict.wrong
    assert verdict.failovers
    assert max(verdict.failovers) - (stalled() - waited) <= _TAKEN_WITHIN


async def _all_back(field: Field, struck_at: float) -> list[float]:
    """Seconds until each device that lost its connection had another; all connections of it one at a time."""
    async with asyncio.timeout(60):
        while True:
            connections = await field.whatsapp.connections()
            alive = {each["number"] for each in connections if each["to"] is None}
            away = failovers(connections, struck_at, list(field.numbers.values()))
            if away and alive >= set(field.numbers.values()):
                assert overlap_ms(connections) == 0
                return away
            await asyncio.sleep(0.1)
