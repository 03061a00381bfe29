"""The supervisor with real child processes that beat, hang, die and stop as they are told."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from session_host.health import works
from session_host.supervising.marking import mark_health
from session_host.supervising.restarts import RestartPolicy
from session_host.supervising.starting import Starting
from session_host.supervising.supervisor import Patience, Supervisor

CHILD = """
import os, signal, sys, time
folder, slot, how = sys.argv[1:4]
fd = int(sys.argv[5])
open(f"{folder}/{slot}.{os.getpid()}", "w").close()
if how == "dies":
    os.abort()
if how == "starts slowly":
    until = time.monotonic() + 5
    while time.monotonic() < until:
        busy = time.process_time() + 0.02
        while time.process_time() < busy:
            pass
        time.sleep(0.05)
if how == "sticks":
    time.sleep(600)
while how == "computes":
    pass
if how == "takes turns":
    time.sleep(0.3)
    open(f"{folder}/{slot}.spoke", "w").close()
if how == "empties" and slot == "1":
    time.sleep(0.2)
    sys.exit(77)
if how == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
retire = []
signal.signal(signal.SIGUSR1, lambda *_: retire.append(time.monotonic()))
room = 0 if how in ("full", "worn") and slot == "0" or how == "all full" or how == "empties" and slot != "2" else 1
lives = sum(name.startswith(f"{slot}.") for name in os.listdir(folder))
worn = b'"old"' if how == "wears" and lives < 2 or how == "worn" and slot == "0" and lives < 2 else b"null"
while True:
    os.write(fd, b'{"held":1,"room":%d,"unowned":%d,"worn":%s}\\n' % (room, "full" in how and 1 - room, worn))
    if retire and time.monotonic() > retire[0] + 0.5:
        open(f"{folder}/retired.{slot}.{retire[0]}-{time.monotonic()}", "w").close()
        sys.exit()
    if how == "hangs":
        time.sleep(600)
    time.sleep(0.05)
"""
PATIENCE = Patience(startup=10, heartbeat=4.0, stop=0.5)
"""A heart is silent for so long on no machine that is only busy."""
_WITHIN = 60.0

Start = Callable[..., Awaitable[Supervisor]]


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a supervisor of children of one kind; it is stopped at the end."""
    running: list[tuple[Supervisor, asyncio.Task[None]]] = []

    async def start(
        how: str, slots: set[int] | None = None, most: int = 5, startup: float = 10, at_once: int = 5
    ) -> Supervisor:
        supervisor = Supervisor(
            lambda slot: [sys.executable, "-c", CHILD, str(tmp_path), str(slot), how],
            replace(PATIENCE, startup=startup),
            slots=slots or {0},
            most=most,
            at_once=at_once,
        )
        running.append((supervisor, asyncio.create_task(supervisor.run())))
        return supervisor

    yield start
    for supervisor, task in running:
        supervisor.stop()
        await asyncio.wait_for(task, _WITHIN)


async def lives(folder: Path, count: int, slot: int = 0, within: float = _WITHIN) -> list[int]:
    """Pids of a slot's children so far, when there have been this many."""
    deadline = time.monotonic() + within
    while len(found := children(folder, slot)) < count:
        assert time.monotonic() < deadline, f"{len(found)} lives of slot {slot}, not {count}"
        await asyncio.sleep(0.02)
    return sorted(found, key=lambda pid: born_at(folder, pid, slot))


def children(folder: Path, slot: int) -> list[int]:
    return [int(path.suffix[1:]) for path in folder.glob(f"{slot}.[0-9]*")]


def born_at(folder: Path, pid: int, slot: int = 0) -> float:
    return (folder / f"{slot}.{pid}").stat().st_mtime


def retirements(folder: Path) -> list[tuple[float, float]]:
    """When each shard that retired was asked to, and when it ended; on the monotonic clock."""
    return [
        (float(asked), float(ended))
        for asked, ended in (path.name.split(".", 2)[2].split("-") for path in folder.glob("retired.*"))
    ]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGKILL, signal.SIGTERM])
async def test_a_shard_that_ends_is_started_again(supervise: Start, tmp_path: Path, number: int) -> None:
    """However a shard ends, another one is there at once."""
    await supervise("beats")
    (first,) = await lives(tmp_path, 1)
    os.kill(first, number)
    assert (await lives(tmp_path, 2))[1] != first
    assert not is_alive(first)


async def test_a_shard_that_hangs_is_killed(supervise: Start, tmp_path: Path) -> None:
    """A shard whose heart stops is killed, and another one is started."""
    await supervise("hangs")
    first, *_ = await lives(tmp_path, 2)
    assert not is_alive(first)


async def test_a_slow_start_is_waited_for(supervise: Start, tmp_path: Path) -> None:
    """A machine that is busy gives it little time to work: it takes longer by the clock than it may, and speaks."""
    supervisor = await supervise("starts slowly", startup=2.0)
    async with asyncio.timeout(60):
        while not supervisor.all_spoke:
            await asyncio.sleep(0.02)
    assert len(children(tmp_path, 0)) == 1


@pytest.mark.parametrize("how", ["sticks", "computes"])
async def test_a_start_that_hangs_is_ended(supervise: Start, tmp_path: Path, how: str) -> None:
    """Whether it waits for ever or computes for ever."""
    await supervise(how, startup=0.5)
    first, *_ = await lives(tmp_path, 2)
    assert not is_alive(first)


async def test_shards_start_a_few_at_a_time(supervise: Start, tmp_path: Path) -> None:
    """The others wait until those have spoken; in the end all have."""
    supervisor = await supervise("takes turns", slots=set(range(6)), at_once=2)
    async with asyncio.timeout(60):
        while not supervisor.all_spoke:
            begun = {slot for slot in range(6) if children(tmp_path, slot)}
            starting = {slot for slot in begun if not (tmp_path / f"{slot}.spoke").exists()}
            assert len(starting) <= 2
            await asyncio.sleep(0.01)
    assert len(supervisor.pids) == 6


async def test_a_stop_while_shards_wait_for_their_turn_starts_none_of_them(tmp_path: Path) -> None:
    """What has begun to start is stopped, and `run` returns."""
    supervisor = Supervisor(
        lambda slot: [sys.executable, "-c", CHILD, str(tmp_path), str(slot), "sticks"],
        PATIENCE,
        slots={0, 1, 2},
        at_once=1,
    )
    running = asyncio.create_task(supervisor.run())
    await lives(tmp_path, 1)
    supervisor.stop()
    await asyncio.wait_for(running, _WITHIN)
    assert [slot for slot in range(3) if children(tmp_path, slot)] == [0]


def test_what_a_start_may_take() -> None:
    """Processor time counts, and time without any; where nobody knows, the clock."""
    busy, idle, starved, blind = (Starting(30) for _ in range(4))
    assert busy.hangs(10, 29.9) is None
    assert busy.hangs(11, 30.0) is not None
    assert idle.hangs(5, 1.0) is None
    assert idle.hangs(34, 1.1) is None
    assert idle.hangs(35, 1.2) is not None
    assert [starved.hangs(waited, waited * 0.02) for waited in range(0, 300, 10)] == [None] * 30
    assert starved.hangs(300, 6.0) is not None
    assert blind.hangs(29, None) is None
    assert blind.hangs(30, None) is not None


async def test_a_shard_that_keeps_dying_is_started_ever_more_rarely(supervise: Start, tmp_path: Path) -> None:
    """Six lives at once; the seventh waits a second, so that a broken installation does not burn the machine."""
    await supervise("dies")
    pids = await lives(tmp_path, 7)
    born = [born_at(tmp_path, pid) for pid in pids]
    assert born[6] - born[5] >= 1.0


def test_the_delays_of_a_crash_loop() -> None:
    """Nothing for five deaths in a minute, then 1, 2, 4 … 30 s, and nothing again after a quiet minute."""
    policy = RestartPolicy()
    assert [policy.died(now) for now in range(12)] == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30]
    assert policy.died(100) == 0


async def test_a_full_host_gets_another_shard(supervise: Start, tmp_path: Path) -> None:
    """When sessions wait and no shard has room, another slot is opened; only one."""
    supervisor = await supervise("full")
    await lives(tmp_path, 1, slot=1)
    assert set(supervisor.pids) == {0, 1}


async def test_a_host_has_at_most_so_many_shards(supervise: Start, tmp_path: Path) -> None:
    """However many sessions wait: the next one is started where it is said, and none beyond that."""
    with structlog.testing.capture_logs() as logged:
        supervisor = await supervise("all full", most=2)
        await lives(tmp_path, 1, slot=1)
        deadline = time.monotonic() + _WITHIN
        while not any(line["event"] == "host_full" for line in logged):
            assert time.monotonic() < deadline, logged
            await asyncio.sleep(0.05)
    assert set(supervisor.pids) == {0, 1}


async def test_a_shard_that_was_empty_is_not_started_again(supervise: Start, tmp_path: Path) -> None:
    """Its slot is free: the host is whole without it, and the next shard that is needed takes that slot."""
    supervisor = await supervise("empties", slots={0, 1, 2})
    await lives(tmp_path, 1, slot=1)
    deadline = time.monotonic() + _WITHIN
    while set(supervisor.pids) != {0, 2} or not supervisor.all_spoke:
        assert time.monotonic() < deadline, supervisor.pids
        await asyncio.sleep(0.02)
    assert len(children(tmp_path, 1)) == 1
    assert supervisor._add() == 1


async def test_worn_shards_are_replaced_one_after_the_other(supervise: Start, tmp_path: Path) -> None:
    """Each is asked to give its sessions away and ends by itself; the next one's turn comes when it has ended.

    All are worn: one that is not was added first.
    """
    supervisor = await supervise("wears", slots={0, 1})
    for slot in (0, 1):
        await lives(tmp_path, 2, slot=slot)
    first, second = sorted(retirements(tmp_path))
    assert first[1] <= second[0]
    assert set(supervisor.pids) == {0, 1, 2}


async def test_a_worn_shard_is_replaced_when_others_have_room(supervise: Start, tmp_path: Path) -> None:
    """The only shard of a host first gets another one beside it, which is there to take its sessions."""
    supervisor = await supervise("worn")
    await lives(tmp_path, 2)
    (beside,) = await lives(tmp_path, 1, slot=1)
    ((asked, _),) = retirements(tmp_path)
    assert time.monotonic() - asked < time.time() - born_at(tmp_path, beside, 1)
    assert set(supervisor.pids) == {0, 1}


async def test_a_shard_that_does_not_stop_is_killed(supervise: Start, tmp_path: Path) -> None:
    """Stopping has a deadline."""
    supervisor = await supervise("stubborn")
    (pid,) = await lives(tmp_path, 1)
    assert supervisor.pids[0] == pid
    supervisor.stop()
    deadline = time.monotonic() + _WITHIN
    while is_alive(pid):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_host_is_healthy_while_its_shards_are_heard_of(supervise: Start, tmp_path: Path) -> None:
    """The mark is new while they beat, and is not made for shards that never speak; what numbers say are the beats."""
    good, bad = await supervise("beats"), await supervise("dies")
    marks = tmp_path / "good.works", tmp_path / "bad.works"
    marking = [asyncio.create_task(mark_health(*each)) for each in zip((good, bad), marks, strict=True)]
    async with asyncio.timeout(_WITHIN):
        while not works(marks[0]):
            await asyncio.sleep(0.02)
    assert [beat.held for beat in good.beats] == [1]
    assert not works(marks[1])
    os.utime(marks[0], (0, 0))
    assert not works(marks[0])
    for task in marking:
        task.cancel()
