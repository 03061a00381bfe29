"""What customers do that must not matter."""

from __future__ import annotations

import asyncio
import random

from typing_extensions import override

from tests.chaos.customer import Send
from tests.chaos.faults.fault import Fault
from tests.chaos.field import Field


class EqualSends(Fault):
    """Many equal sends with one Idempotency-Key."""

    name = "equal_sends"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        session = chance.choice(list(on.numbers))
        ended, frames = await equal_sends(on, session, 10_000)
        if frames != 1 or len(ended) != 1:
            raise AssertionError(f"10,000 equal sends: {frames} frames, answers {ended}")


async def equal_sends(on: Field, session: str, count: int, connections: int = 50) -> tuple[set[tuple[str, str]], int]:
    """Make a request so many times under one key; the different ends it had (outcome, WhatsApp's id) and the frames."""
    (sink,) = await on.whatsapp.sinks(1)
    first = Send(session, sink, "many times, one message")
    room = asyncio.Semaphore(connections)

    async def once() -> tuple[str, str]:
        async with room:
            send = Send(first.session, first.to, first.text, key=first.key)
            outcome = await on.customer.send(send)
            return outcome, str(send.last.body.get("messageId"))

    ended = set(await asyncio.gather(*(once() for _ in range(count))))
    return ended, (await on.whatsapp.passed_on())[sink]
