"""What a key did, as it reads it, through a whole gateway."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk

WITHIN = 60.0


async def test_what_was_sent_and_what_came_is_counted(gateway: Gateway) -> None:
    """Two texts that went out and one that came, each once."""
    talk = await Talk.acquainted(gateway)
    await talk.send("/api/send-message", message="and once more")
    await talk.say(text="an answer")
    wanted = {"sent": {"text": 2}, "received": {"text": 1}}
    async with asyncio.timeout(WITHIN):
        while (counted := await messages(gateway)) != wanted:
            await asyncio.sleep(0.2)
    assert counted == wanted


async def messages(gateway: Gateway) -> dict[str, Any]:
    """What is counted of messages, all hours together."""
    usage = await gateway.call("GET", "/api/usage?by=hour")
    return usage["total"]["messages"]
