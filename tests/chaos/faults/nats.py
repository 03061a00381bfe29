"""Faults of NATS, and of the ways to it."""

from __future__ import annotations

import asyncio
import random

from typing_extensions import override

from tests.chaos.customer import Send
from tests.chaos.faults.fault import Fault
from tests.chaos.field import Field

_REFUSALS = 20


class KillNats(Fault):
    """NATS dies and is away for up to a minute."""

    name = "kill_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        server = chance.choice(on.nats)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(chance.choice((5, 20, 60)))
        await asyncio.to_thread(server.start)


class NatsAway(Fault):
    """Every NATS server is away for a minute: sends are refused at once, and the sockets to WhatsApp stay up."""

    name = "nats_away"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        sockets, sinks = await on.whatsapp.alive(), await on.whatsapp.sinks(_REFUSALS)
        for server in on.nats:
            await asyncio.to_thread(server.kill)
        for sink in sinks:
            await asyncio.sleep(60 / _REFUSALS)
            told = await on.customer.ask(Send(chance.choice(list(on.numbers)), sink, "without NATS"))
            if (told.status, told.code) != (503, "BUS_UNAVAILABLE") or not told.retry_after or told.seconds > 2:
                raise AssertionError(f"a send without NATS: {told}")
        if await on.whatsapp.alive() != sockets:
            raise AssertionError("a socket to WhatsApp ended while NATS was away")
        for server in on.nats:
            await asyncio.to_thread(server.start)


class RestartNats(Fault):
    """NATS is restarted at once."""

    name = "restart_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        await asyncio.to_thread(chance.choice(on.nats).restart)


class PartitionNats(Fault):
    """The busiest host and NATS hear nothing of each other for a while."""

    name = "partition_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        ways = (await on.busiest()).ways
        for link in ways.nats:
            link.silence()
        await asyncio.sleep(chance.choice((3, 15)))
        ways.heal()


class DeafToNats(Fault):
    """One direction only: what NATS says does not reach the busiest host."""

    name = "deaf_to_nats"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        ways = (await on.busiest()).ways
        for link in ways.nats:
            link.down.silence()
        await asyncio.sleep(chance.choice((3, 15)))
        ways.heal()
