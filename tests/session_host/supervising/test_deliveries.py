"""The process that delivers, as its supervisor keeps it: real children that come, die, and end for want of work."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from session_host.supervising.supervisor import Patience, Supervisor

SHARD = """
import os, sys, time
folder, fd = sys.argv[1], int(sys.argv[3])
while True:
    wanted = b"true" if os.path.exists(f"{folder}/wanted") else b"false"
    os.write(fd, b'{"held":1,"room":1,"unowned":0,"worn":null,"deliveries":%b}\\n' % wanted)
    time.sleep(0.05)
"""
DELIVERER = """
import os, sys, time
folder, fd = sys.argv[1], int(sys.argv[3])
open(f"{folder}/deliverer.{os.getpid()}", "w").close()
while not os.path.exists(f"{folder}/idle"):
    os.write(fd, b'{"held":1,"room":0,"unowned":0,"worn":null}\\n')
    time.sleep(0.05)
sys.exit(77)
"""
WITHIN = 60.0


@asynccontextmanager
async def supervised(folder: Path, slots: set[int]) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(
        lambda _: [sys.executable, "-c", SHARD, str(folder)],
        Patience(startup=10, heartbeat=5.0, stop=0.5),
        slots=slots,
        deliverer=[sys.executable, "-c", DELIVERER, str(folder)],
    )
    running = asyncio.create_task(supervisor.run())
    try:
        yield supervisor
    finally:
        supervisor.stop()
        await asyncio.wait_for(running, WITHIN)


async def until(done: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN):
        while not done():
            await asyncio.sleep(0.02)


def born(folder: Path) -> list[int]:
    return [int(path.suffix[1:]) for path in sorted(folder.glob("deliverer.*"), key=lambda path: path.stat().st_ctime)]


async def test_it_is_there_while_a_shard_says_that_there_is_something(tmp_path: Path) -> None:
    """Not before; killed it is back at once; at the end it stops with the host."""
    async with supervised(tmp_path, {0}) as supervisor:
        await until(lambda: supervisor.all_spoke)
        assert born(tmp_path) == []
        (tmp_path / "wanted").touch()
        await until(lambda: len(born(tmp_path)) == 1)
        os.kill(born(tmp_path)[0], signal.SIGKILL)
        await until(lambda: len(born(tmp_path)) == 2)
    last = born(tmp_path)[-1]
    assert not psutil.pid_exists(last)


async def test_one_that_ended_for_want_of_work_is_not_started_at_once(tmp_path: Path) -> None:
    """It says so by its exit status; shards that have not looked since would have it start for nothing."""
    (tmp_path / "wanted").touch()
    async with supervised(tmp_path, {0}) as supervisor:
        await until(lambda: len(born(tmp_path)) == 1)
        (tmp_path / "idle").touch()
        assert supervisor.deliveries is not None
        await until(lambda: supervisor.deliveries and supervisor.deliveries.pid is None)
        (tmp_path / "idle").unlink()
        await asyncio.sleep(1.5)
        assert len(born(tmp_path)) == 1


async def test_a_host_that_only_delivers_needs_no_shard(tmp_path: Path) -> None:
    """Nobody could tell it that there is something: it is there from the beginning."""
    async with supervised(tmp_path, set()):
        await until(lambda: len(born(tmp_path)) == 1)
