"""The converters' process is started when it is needed, and ended when it hangs, eats memory or is idle."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from session_host.media.converters import Converters
from session_host.media.limits import Limits
from session_host.media.orders import Order, Prepared
from shared.errors import MediaTooHeavy
from tests.session_host.media.inputs import picture, sound

_WITHIN = 60.0
_HANGS = "import sys, time\nfor line in sys.stdin: time.sleep(600)"
_EATS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
from session_host.media.work import __main__ as work
def prepare(order): return b"x" * (1 << 32)
sys.modules["session_host.media.work.pictures"] = sys.modules[__name__]
work.serve(sys.stdin.buffer, open(1, "wb", 0))
"""
_DIES = "import os, sys\nfor line in sys.stdin: os.abort()"


def _order(folder: Path) -> Order:
    picture().save(folder / "a.jpg")
    return Order("image", folder / "a.jpg", folder / "out")


async def _gone(pid: int) -> None:
    async with asyncio.timeout(_WITHIN):
        while psutil.pid_exists(pid):
            await asyncio.sleep(0.02)


async def test_a_process_is_there_when_it_is_needed(tmp_path: Path) -> None:
    """None before the first file; the same one for the next; niced."""
    converters = Converters(1)
    try:
        assert converters.pids == []
        assert (await converters.prepare(_order(tmp_path))).width == 640
        (pid,) = converters.pids
        assert psutil.Process(pid).nice() == psutil.Process().nice() + 10
        await converters.prepare(_order(tmp_path))
        assert converters.pids == [pid]
    finally:
        await converters.close()
    assert converters.pids == []


async def test_a_process_that_was_idle_for_long_enough_is_gone(tmp_path: Path) -> None:
    """And there again for the next file."""
    converters = Converters(1, Limits(idle=0.5))
    try:
        await converters.prepare(_order(tmp_path))
        for pid in converters.pids:
            await _gone(pid)
        assert (await converters.prepare(_order(tmp_path))).width == 640
    finally:
        await converters.close()
    assert converters.pids == []


async def test_a_process_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    """Another one does it again, in the middle of a file as between two."""
    converters = Converters(1)
    try:
        await converters.prepare(_order(tmp_path))
        (first,) = converters.pids
        os.kill(first, signal.SIGKILL)
        assert (await converters.prepare(_order(tmp_path))).width == 640
        (second,) = converters.pids
        os.kill(second, signal.SIGSTOP)
        voice = asyncio.create_task(
            converters.prepare(Order("voice", sound(tmp_path / "a.wav"), tmp_path / "voice.out"))
        )
        await asyncio.sleep(0)
        os.kill(second, signal.SIGKILL)
        assert (await asyncio.wait_for(voice, _WITHIN)).seconds == 3
        assert first != second not in converters.pids
    finally:
        await converters.close()


@pytest.mark.parametrize("program", [_HANGS, _EATS, _DIES], ids=["hangs", "eats memory", "dies"])
async def test_a_file_that_is_too_much_is_refused(tmp_path: Path, program: str) -> None:
    """Its process ends, and it says what to do."""
    converters = Converters(1, Limits(memory=1 << 30, seconds=3), (sys.executable, "-c", program))
    try:
        with pytest.raises(MediaTooHeavy):
            await converters.prepare(_order(tmp_path))
        for pid in converters.pids:
            await _gone(pid)
    finally:
        await converters.close()


async def test_whoever_gives_up_leaves_no_process_behind(tmp_path: Path) -> None:
    """Its answer would be taken for that of the next file."""
    converters = Converters(1, program=(sys.executable, "-c", _HANGS))
    try:
        asked = asyncio.create_task(converters.prepare(_order(tmp_path)))
        async with asyncio.timeout(_WITHIN):
            while not converters.pids:
                await asyncio.sleep(0.01)
        (pid,) = converters.pids
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await _gone(pid)
    finally:
        await converters.close()


async def test_files_wait_for_a_process_that_is_free(tmp_path: Path) -> None:
    """Two processes make five files ready, and no third one is started."""
    converters = Converters(2)
    try:
        orders = [Order("image", _order(tmp_path).source, tmp_path / str(at)) for at in range(5)]
        async with asyncio.timeout(_WITHIN):
            made: list[Prepared] = await asyncio.gather(*map(converters.prepare, orders))
        assert [each.width for each in made] == [640] * 5
        assert len(converters.pids) == 2
    finally:
        await converters.close()


async def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """Also in the middle of a file: its input is at its end."""
    order = Order("voice", sound(tmp_path / "a.wav", 60), tmp_path / "out")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "session_host.media.work", str(1 << 30), str(1 << 30),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(order.encode() * 50)
    await process.stdin.drain()
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), _WITHIN) == 0
    assert process.stdout is not None
    assert (await process.stdout.read()).count(b"\n") < 50
