"""A spare shard: real child processes that wait for a slot, take it, die, and are outdated."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from session_host.supervising.supervisor import Patience, Supervisor

CHILD = """
import os, sys, time
folder, slot, how = sys.argv[1:4]
fd = int(sys.argv[5])
if slot == "None":
    open(f"{folder}/spare.{os.getpid()}", "w").close()
    if how == "dies":
        os.abort()
    slot = sys.stdin.readline().strip()
    if not slot:
        sys.exit()
    if how == "outdated":
        sys.exit(1)
open(f"{folder}/{slot}.{os.getpid()}", "w").close()
while True:
    os.write(fd, b'{"held":1,"room":1,"unowned":0,"worn":null}\\n')
    time.sleep(0.05)
"""

PATIENCE = Patience(startup=10, heartbeat=4.0, stop=0.5)
"""A heart is silent for so long on no machine that is only busy."""

Start = Callable[[str], Awaitable[Supervisor]]


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a supervisor with a spare whose children are of one kind; it is stopped at the end."""
    running: list[tuple[Supervisor, asyncio.Task[None]]] = []

    async def start(how: str) -> Supervisor:
        supervisor = Supervisor(
            lambda slot: [sys.executable, "-c", CHILD, str(tmp_path), str(slot), how],
            PATIENCE,
            slots={0},
            spare=True,
        )
        running.append((supervisor, asyncio.create_task(supervisor.run())))
        return supervisor

    yield start
    for supervisor, task in running:
        supervisor.stop()
        await asyncio.wait_for(task, 60)


async def seen(folder: Path, kind: str, count: int, within: float = 60) -> list[int]:
    """Pids of children of a slot, or of spares, in the order of their births, once there have been so many."""
    deadline = time.monotonic() + within
    while len(found := born(folder, kind)) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {kind}, not {count}"
        await asyncio.sleep(0.02)
    return found


def born(folder: Path, kind: str) -> list[int]:
    paths = sorted(folder.glob(f"{kind}.*"), key=lambda path: path.stat().st_mtime_ns)
    return [int(path.suffix[1:]) for path in paths]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_spare_takes_the_place_of_a_shard_that_died(supervise: Start, tmp_path: Path) -> None:
    """The very process that waited holds the slot, alone, is watched like any shard, and another spare follows."""
    supervisor = await supervise("waits")
    (first,) = await seen(tmp_path, "0", 1)
    (spare,) = await seen(tmp_path, "spare", 1)
    os.kill(first, signal.SIGKILL)
    assert await seen(tmp_path, "0", 2) == [first, spare]
    assert not is_alive(first)
    assert supervisor.pids == {0: spare}
    _, another = await seen(tmp_path, "spare", 2)
    os.kill(spare, signal.SIGSTOP)  # its heart stops
    assert await seen(tmp_path, "0", 3) == [first, spare, another]
    assert not is_alive(spare)


async def test_a_spare_that_dies_is_replaced(supervise: Start, tmp_path: Path) -> None:
    """Nothing else ends with it, and one that always dies is tried ever less often."""
    await supervise("waits")
    (shard,) = await seen(tmp_path, "0", 1)
    (spare,) = await seen(tmp_path, "spare", 1)
    os.kill(spare, signal.SIGKILL)
    await seen(tmp_path, "spare", 2)
    assert await seen(tmp_path, "0", 1) == [shard]
    assert is_alive(shard)


async def test_a_shard_is_started_as_ever_while_there_is_no_spare(supervise: Start, tmp_path: Path) -> None:
    """A spare that cannot live costs nobody its shard."""
    await supervise("dies")
    (first,) = await seen(tmp_path, "0", 1)
    await seen(tmp_path, "spare", 1)
    os.kill(first, signal.SIGKILL)
    await seen(tmp_path, "0", 2)


async def test_a_spare_that_cannot_take_the_slot_costs_a_start(supervise: Start, tmp_path: Path) -> None:
    """One that is of an older version ends when it is told its slot; a fresh process holds it then."""
    await supervise("outdated")
    (first,) = await seen(tmp_path, "0", 1)
    (spare,) = await seen(tmp_path, "spare", 1)
    os.kill(first, signal.SIGKILL)
    second = (await seen(tmp_path, "0", 2))[1]
    assert second != spare
    assert not is_alive(spare)


async def test_a_spare_ends_with_its_supervisor(tmp_path: Path) -> None:
    """It has nothing to finish: a stop waits for the shards alone, and no process is left."""
    supervisor = Supervisor(
        lambda slot: [sys.executable, "-c", CHILD, str(tmp_path), str(slot), "waits"],
        PATIENCE,
        slots={0},
        spare=True,
    )
    running = asyncio.create_task(supervisor.run())
    (spare,) = await seen(tmp_path, "spare", 1)
    supervisor.stop()
    await asyncio.wait_for(running, 60)
    assert not is_alive(spare)
