"""A lease and the process that keeps it, which ends when it cannot.

Each test makes short what it waits for, and that alone. What must not happen first keeps its real duration: on a busy
machine two ends that are a moment apart come in any order.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from session_host.ownership.challenger import Challenger
from session_host.ownership.lease import DEAD_AFTER, ENDS_AFTER, LeaseKeeper
from session_host.ownership.lease_clock import Switch
from shared.adapters.stores import Stores, open_stores
from shared.leases.model import Lease
from shared.settings import StoreSettings
from tests.session_host.gateway_host import ROOT, eventually

SOON = {"RENEW_EVERY": 0.2}
"""Seconds: it renews often, and nothing of the rest is changed."""
ENDED_AFTER = 3.0
"""Seconds after which the kernel ends a process, in tests that wait for it: many times what a start takes."""
needs_boottime = pytest.mark.skipif(
    not hasattr(time, "CLOCK_BOOTTIME"), reason="this system has no clock of its own for time that was slept through"
)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as opened:
        yield opened


@contextmanager
def keeper(folder: Path, **durations: float) -> Iterator[subprocess.Popen[str]]:
    """A process that has begun to keep the lease of `host-0`, with other durations than the real ones."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("lease_driver.py")), str(folder),
         json.dumps(SOON | durations)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        yield process
    finally:
        process.kill()
        process.communicate()


async def the_lease(stores: Stores, above: int = 0) -> Lease:
    async def found() -> Lease | None:
        return next((lease for lease in await stores.leases.all() if lease.version > above), None)

    return await eventually(found)


async def stopped(pid: int) -> None:
    """Return when all of its threads stand still: one may be in a write when it is told to stop."""

    def still() -> bool:
        try:
            return all(" T " in task.joinpath("stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir())
        except FileNotFoundError:  # a thread has just ended
            return False

    async with asyncio.timeout(60):
        while not still():
            await asyncio.sleep(0.01)


async def ended(process: subprocess.Popen[str]) -> int:
    return await asyncio.wait_for(asyncio.to_thread(process.wait), 60)


async def test_a_living_shard_renews_and_says_what_it_holds(stores: Stores, tmp_path: Path) -> None:
    """The version rises; given up, the lease is gone and its switch no longer ends the process."""
    with keeper(tmp_path) as process:
        first = await the_lease(stores)
        renewed = await the_lease(stores, above=first.version)
        assert (renewed.owner, renewed.held, renewed.room, renewed.dead) == ("host-0", 3, 7, False)
        out, _ = await asyncio.to_thread(process.communicate, "end\n", 60)
        assert out == "armed\ngiven up\n"
    assert await stores.leases.all() == []


async def test_a_loop_that_hangs_is_ended_by_the_kernel(tmp_path: Path, stores: Stores) -> None:
    """No code of ours runs any more, and none is needed."""
    with keeper(tmp_path, DEAD_AFTER=ENDED_AFTER) as process:
        assert process.stdin is not None
        process.stdin.write("hang\n")
        process.stdin.flush()
        assert await ended(process) == -signal.SIGALRM
        assert not (await the_lease(stores)).dead


async def test_a_process_that_was_stopped_too_long_does_nothing_when_it_is_continued(
    tmp_path: Path, stores: Stores
) -> None:
    """Its timer has run out meanwhile: it dies before its first instruction, and renews nothing."""
    with keeper(tmp_path, DEAD_AFTER=ENDED_AFTER) as process:
        await the_lease(stores)
        os.kill(process.pid, signal.SIGSTOP)
        await stopped(process.pid)
        before = await the_lease(stores)
        await asyncio.sleep(ENDED_AFTER * 1.2)  # what is waited for is that time has passed
        os.kill(process.pid, signal.SIGCONT)
        assert await ended(process) == -signal.SIGALRM
        assert (await the_lease(stores)).version == before.version


async def test_a_shard_that_was_declared_dead_ends(tmp_path: Path, stores: Stores) -> None:
    """Its sessions are for others; a new process of that slot begins the lease anew."""
    with keeper(tmp_path) as process:
        while not await stores.leases.declare_dead(await the_lease(stores)):
            await asyncio.sleep(0)
        assert await ended(process) == 75
    with keeper(tmp_path):
        assert not (await the_lease(stores)).dead


async def test_a_shard_that_cannot_renew_ends_before_others_may_take_its_sessions(
    tmp_path: Path, stores: Stores
) -> None:
    """The store is away: it ends by itself, before the kernel would end it."""
    assert ENDS_AFTER < DEAD_AFTER
    with keeper(tmp_path, ENDS_AFTER=1.0, _ONE_TRY=0.2) as process:
        await the_lease(stores)
        (tmp_path / "wagate.db").rename(tmp_path / "elsewhere.db")
        assert await ended(process) == 75


@contextmanager
def suspended(seconds: float) -> Iterator[None]:
    """The machine slept: the clock that goes on through it is further than those that stand still."""
    clock_gettime = time.clock_gettime
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "clock_gettime", lambda of: clock_gettime(of) + seconds * (of == time.CLOCK_BOOTTIME))
        yield


@needs_boottime
async def test_a_machine_that_slept_wakes_up_with_an_old_lease(stores: Stores) -> None:
    """Nothing is begun, nothing is renewed, and the process ends."""
    ended = asyncio.Event()
    keeping = LeaseKeeper(stores.leases, "host-0", "host", lambda: (0, 1), end=ended.set)
    await keeping.begin()
    keeping.switch.off()
    before = await the_lease(stores)
    assert keeping.may_begin
    with suspended(DEAD_AFTER * 100):
        assert not keeping.may_begin
        renewing = asyncio.create_task(keeping.run())
        await asyncio.wait_for(ended.wait(), 10)
        renewing.cancel()
    assert await the_lease(stores) == before


@needs_boottime
def test_who_slept_knows_how_long_a_lease_was_not_renewed() -> None:
    """The same version before and after: its shard is dead, also when nobody was awake meanwhile."""
    challenger, lease = Challenger("other-0"), Lease("host-0", "host", 1, held=0, room=1)
    assert challenger.see([lease]) == []
    with suspended(DEAD_AFTER * 2):
        assert challenger.see([lease]) == [lease]


@needs_boottime
def test_the_switch_counts_while_the_machine_sleeps() -> None:
    """The kernel's own list of this process's timers says by which clock it goes."""
    switch = Switch()
    switch.set(3600)
    timers = Path("/proc/self/timers").read_text()
    switch.off()
    assert f"signal: {int(signal.SIGALRM)}/" in timers
    assert f"ClockID: {time.CLOCK_BOOTTIME}\n" in timers
