"""One run: a field, a steady load, one fault at a time that the seed says, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Sequence

from tests.chaos.faults import FAULTS, Fault
from tests.chaos.field import Field, Plan, running_field
from tests.chaos.history import Verdict, judge
from tests.chaos.load import Load
from tests.chaos.manifests import Manifests
from tests.emulators.nats_process import NatsServer

_BEFORE = (2.0, 6.0)
_AFTER = 4.0


def fault_of(seed: int) -> str:
    """The fault of a seed: one after the other, so that consecutive seeds try all; only root may mount file systems."""
    names = [name for name, fault in FAULTS.items() if fault.disk_mib is None or os.geteuid() == 0]
    return names[seed % len(names)]


async def run(seed: int, name: str, *, nats: Sequence[NatsServer] = ()) -> Verdict:
    """Do all of it on a field of its own, with these NATS servers or one of its own.

    Raises:
        AssertionError: with the verdict, when something is wrong; the logs are kept.
    """
    settings = {"WAGATE_EVENTS_REPLICAS": str(len(nats))} if nats else {}
    fault = FAULTS[name]
    plan = Plan(seed=seed, settings=settings, disk_mib=fault.disk_mib, own_clocks=fault.own_clocks)
    async with running_field(plan, nats=nats) as field:
        verdict = await run_on(field, fault(), random.Random(seed))  # noqa: S311 - to be the same again
        if verdict.wrong:
            raise WrongRunError(verdict)
        return verdict


class WrongRunError(AssertionError):
    """A run in which something was lost, doubled, untrue, rewound or left broken."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.wrong))
        self.verdict = verdict


async def run_on(field: Field, fault: Fault, chance: random.Random) -> Verdict:
    """Let a fault happen to a field that works, and judge."""
    load, manifests = Load(field, chance), Manifests()
    await load.prepare()
    watching = asyncio.create_task(manifests.watch(field.stores))
    loading = asyncio.create_task(load.run())
    try:
        await asyncio.sleep(chance.uniform(*_BEFORE))
        load.history.struck_at = time.time()
        await fault.happen(field, chance)
        await asyncio.sleep(_AFTER)
        load.stop()
        await loading
        return await judge(field, load.history, manifests, connected=fault.keeps_sessions)
    finally:
        field.heal()
        for task in (loading, watching):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
