"""A network that is away for a while: how soon a session is back when it is there again."""

import asyncio
import time
from typing import Any

import pytest

_BACK_WITHIN = 20.0
"""Seconds; it takes 1 to 5 on a machine that has nothing else to do, and the library alone took 38 to 41."""
_TRIES = 6
"""Attempts of whoever tries while the network is away: by then the library itself waits many seconds between two."""


async def struck(whatsapp: Any, fault: int) -> int:
    """How often a fault has kept somebody from connecting."""
    faults = (await whatsapp.get("/faults"))["faults"]
    return next(each["struck"] for each in faults if each["id"] == fault)


async def outage(whatsapp: Any, number: str, mode: str) -> int:
    """Take the network away: nobody gets through any more, and who was connected is cut off. The fault's id."""
    fault = await whatsapp.fault("unreachable", until_cleared=True, mode=mode)
    await whatsapp.fault("close", target=number)
    return int(fault["id"])


@pytest.mark.parametrize("mode", ["refuse", "hang"])
async def test_a_session_is_back_soon_after_the_network(whatsapp: Any, host: Any, mode: str) -> None:
    """However long it was away: nobody waits for the library, which tries ever less often."""
    number = await host.pair(whatsapp)
    fault = await outage(whatsapp, number, mode)
    await host.reported("one", "reconnecting", "wa_unreachable")
    async with asyncio.timeout(90):
        while await struck(whatsapp, fault) < _TRIES:
            await asyncio.sleep(0.05)
    before = len(host.said)
    there = time.monotonic()
    await whatsapp.clear_faults()
    await host.reported("one", "connected", after=before)
    assert time.monotonic() - there <= _BACK_WITHIN
    sink = await whatsapp.new_sink()
    assert (await host.do("one", "send", to=f"{sink}@s.whatsapp.net", text="hello", message_id="msg_1"))["wa_id"]


async def test_an_outage_is_said_once(whatsapp: Any, host: Any) -> None:
    """However often it is tried: each report is an event that is kept."""
    number = await host.pair(whatsapp)
    fault = await outage(whatsapp, number, "refuse")
    await host.reported("one", "reconnecting", "wa_unreachable")
    tries = await struck(whatsapp, fault)
    async with asyncio.timeout(90):
        while await struck(whatsapp, fault) < tries + _TRIES:
            await asyncio.sleep(0.05)
    assert host.reports("one").count(("reconnecting", "wa_unreachable")) == 1


async def test_a_short_break_is_left_to_the_library(whatsapp: Any, host: Any) -> None:
    """A connection that WhatsApp closes is back at once, with the same client."""
    number = await host.pair(whatsapp)
    before = len(host.said)
    await whatsapp.fault("close", target=number)
    await host.reported("one", "reconnecting", "connection_lost", after=before)
    await host.reported("one", "connected", after=before, within=15)
