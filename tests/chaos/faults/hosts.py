"""Faults of session hosts."""

from __future__ import annotations

import asyncio
import random
import signal
from typing import ClassVar

from typing_extensions import override

from tests.chaos.faults.fault import TAKEN_WITHIN, Fault
from tests.chaos.field import Field


class KillShard(Fault):
    """Kill -9 of the shard that holds the sessions, mid-send."""

    name = "kill_shard"
    with_signal: ClassVar[signal.Signals] = signal.SIGKILL

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        (await on.busiest()).kill_shard(with_signal=self.with_signal)


class AbortShard(KillShard):
    """The Go library aborts (SIGABRT)."""

    name = "abort_shard"
    with_signal = signal.SIGABRT


class KillHost(Fault):
    """A host loses its power and comes back with an empty disk, later than its sessions may wait."""

    name = "kill_host"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        await host.kill()
        await host.wipe()
        await asyncio.sleep(TAKEN_WITHIN)
        await host.start()


class StopHost(Fault):
    """A deployment: SIGTERM, and the host is started again."""

    name = "stop_host"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        await host.terminate()
        await asyncio.sleep(TAKEN_WITHIN)
        await host.start()


class FreezeHost(Fault):
    """A host stops for 30 s and goes on as if nothing had been."""

    name = "freeze_host"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        host.freeze()
        await asyncio.sleep(30)
        host.thaw()


class DiskFull(Fault):
    """A host's disk has no page left from one moment to the next.

    Its shards hang up and give their sessions away; what arrives before, the library cannot decrypt and drops
    (docs/session-host.md).
    """

    name = "disk_full"
    disk_mib = 96

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        if host.disk is None:
            raise RuntimeError("This fault fills a file system that it mounts: run it as root.")
        host.disk.fill()
        await asyncio.sleep(chance.uniform(3, 8))
        host.disk.empty()


class WrongClock(Fault):
    """The time of day at a host is an hour ahead, then an hour behind, then right again."""

    name = "wrong_clock"
    own_clocks = True

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        host = await on.busiest()
        if host.clock is None:
            raise RuntimeError("The hosts of this field have no clocks of their own.")
        for offset in ("+1h", "-1h"):
            host.clock.set(offset)
            await asyncio.sleep(chance.uniform(6, 10))
        host.clock.set("+0")
