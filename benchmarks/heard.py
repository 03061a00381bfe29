"""What WhatsApp heard of the messages that it brought to the gateway's numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress

from benchmarks.gateway import Gateway
from tests.chaos.connections import DYING, ended_over

_HEARD_LIMIT = 120
"""Seconds: a shard that died often waits up to 30 before it starts, and starts slowly on a busy machine."""


async def until_heard(gateway: Gateway, numbers: Iterable[str], ids: AbstractSet[str]) -> None:
    """Return when numbers have acknowledged all messages with these ids, or long enough did not.

    Only then it can be told which of them an inbox lacks: what is acknowledged after a look at it is not lost.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_HEARD_LIMIT):
            for number in numbers:
                while await _waiting(gateway, number, ids):
                    await asyncio.sleep(0.25)


async def _waiting(gateway: Gateway, number: str, ids: AbstractSet[str]) -> bool:
    deliveries = (await gateway.control_get("/deliveries", to=number))["deliveries"]
    return any(each["id"] in ids and each["acked"] is None for each in deliveries)


async def fate(gateway: Gateway, message_id: str, killed_at: list[float]) -> tuple[str, bool]:
    """What WhatsApp saw of a message that no inbox shows, in words, and whether its process died just then."""
    async with gateway.http.get(f"{gateway.control}/deliveries", params={"id": message_id}) as answer:
        deliveries = (await answer.json())["deliveries"]
    acknowledged = [each for each in deliveries if each["acked"] is not None]
    if not acknowledged:
        return f"{message_id}: never acknowledged", False
    last = max(acknowledged, key=lambda each: each["acked"])
    async with gateway.http.get(f"{gateway.control}/connections") as answer:
        ended = ended_over((await answer.json())["connections"], last["to"], last["acked"])
    if ended is None or all(abs(ended - moment) >= DYING for moment in killed_at):
        return f"{message_id}: acknowledged over a connection that no kill ended", False
    left = ended - last["acked"]
    return f"{message_id}: acknowledged {1000 * left:.1f} ms before its process was gone", left < DYING
