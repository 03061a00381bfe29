"""A session's health is what its connection has shown, and one that is dead with its socket open comes back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk

_WITHIN = 60.0
_FOUND_WITHIN = 60.0
"""Seconds, as docs/session-host.md says."""


async def health(gateway: Gateway) -> dict[str, Any]:
    answer = await gateway.call("GET", "/api/sessions/default/health")
    return answer["health"]


async def until(gateway: Gateway, met: Callable[[dict[str, Any]], bool], within: float = _WITHIN) -> dict[str, Any]:
    async with asyncio.timeout(within):
        while not met(seen := await health(gateway)):
            await asyncio.sleep(0.05)
    return seen


def is_open_since(before: int) -> Callable[[dict[str, Any]], bool]:
    return lambda seen: seen["socket"]["state"] == "open" and seen["socket"]["since"] > before


async def restarted(gateway: Gateway) -> dict[str, Any]:
    before = (await health(gateway))["socket"]["since"]
    await gateway.call("POST", "/api/sessions/default/restart")
    return await until(gateway, is_open_since(before))


@pytest.mark.covers("GET /api/sessions/{name}/health", client="neonize")
async def test_each_direction_is_proven_by_what_happened(gateway: Gateway) -> None:
    """Nothing is called working that has shown nothing on this connection, and a stopped one is closed."""
    before = time.time() * 1000
    talk = await Talk.begin(gateway)
    begun = await health(gateway)
    assert (begun["socket"]["state"], begun["send"]) == ("open", {"state": "unproven"})
    assert before <= begun["socket"]["since"] <= time.time() * 1000
    await talk.send("/api/send-message", message="out")
    sent = await until(gateway, lambda seen: seen["receive"]["state"] == "works")  # a receipt came
    assert sent["send"]["state"] == "works"
    assert begun["socket"]["since"] <= sent["send"]["lastAck"] <= time.time() * 1000
    await talk.say(text="in")
    await until(gateway, lambda seen: seen["receive"]["lastInbound"] > sent["receive"]["lastInbound"])
    anew = await restarted(gateway)
    assert anew["send"] == {"state": "unproven", "lastAck": sent["send"]["lastAck"]}
    await gateway.call("POST", "/api/sessions/default/stop")
    stopped = await health(gateway)
    assert [stopped[part]["state"] for part in ("socket", "send", "receive")] == ["closed"] * 3


async def test_a_server_that_brings_nothing_is_not_called_working(gateway: Gateway) -> None:
    """Sends are acknowledged, so only the other direction is unproven; a new connection gets what waited."""
    talk = await Talk.begin(gateway)
    await restarted(gateway)
    struck = await gateway.control_post("/faults", kind="drop_inbound", target=talk.number)
    assert struck["hit"]
    await talk.send("/api/send-message", message="out")
    await talk.say(text="held back")
    sent = await until(gateway, lambda seen: seen["send"]["state"] == "works")
    assert sent["receive"]["state"] == "unproven"
    assert await gateway.inbox("default") == []
    await gateway.call("POST", "/api/sessions/default/restart")
    (message,) = await talk.inbox(1)
    assert (message["message"], message["from"]) == ("held back", talk.other)


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_server_that_fell_silent_is_left_within_a_minute(gateway: Gateway) -> None:
    """The library asks every half minute whether it is there: the first question without an answer is enough."""
    talk = await Talk.begin(gateway)
    await gateway.control_post("/faults", kind="stop_answering", target=talk.number)
    since = (await health(gateway))["socket"]["since"]
    await until(gateway, is_open_since(since), _FOUND_WITHIN)
    assert (await talk.send("/api/send-message", message="back"))["status"] == "sent"


async def test_a_session_that_probes_finds_out_that_nothing_comes(gateway: Gateway) -> None:
    """It is chosen over the API, and what was held back arrives; nobody has to ask for it."""
    talk = await Talk.begin(gateway)
    await gateway.call("PATCH", "/api/sessions/default/settings", json={"probeAfter": 10})
    since = (await health(gateway))["socket"]["since"]
    assert (await gateway.control_post("/faults", kind="drop_inbound", target=talk.number))["hit"]
    await talk.say(text="held back")
    healed = await until(gateway, is_open_since(since), _FOUND_WITHIN)
    assert healed["receive"]["lastFailure"] > since
    (message,) = await talk.inbox(1)
    assert message["message"] == "held back"
