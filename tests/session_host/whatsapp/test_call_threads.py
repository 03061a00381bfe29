"""Threads for calls that block."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from session_host.whatsapp.call_threads import CallThreads

WITHIN = 45


@pytest.fixture
def hung() -> Iterator[threading.Event]:
    """What hanging calls wait for; set at the end."""
    event = threading.Event()
    yield event
    event.set()


async def test_each_call_gets_its_own_outcome() -> None:
    """Results and errors, many at once, in whatever order they end."""
    threads = CallThreads(8)
    async with asyncio.timeout(WITHIN):
        results = await asyncio.gather(
            *(threads.run(divmod, number, number % 3) for number in range(300)), return_exceptions=True
        )
    for number, result in enumerate(results):
        if number % 3:
            assert result == divmod(number, number % 3)
        else:
            assert isinstance(result, ZeroDivisionError)


async def test_calls_that_hang_hold_up_nothing_while_there_is_a_thread_left(hung: threading.Event) -> None:
    """The last thread serves everybody; with none left a call waits for one."""
    threads = CallThreads(4)
    hanging = [threads.run(hung.wait) for _ in range(3)]
    async with asyncio.timeout(WITHIN):
        assert await asyncio.gather(*(threads.run(abs, -number) for number in range(50))) == list(range(50))
        fourth = threads.run(hung.wait)
        waiting = threads.run(abs, -1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(waiting), 0.1)
        hung.set()
        assert await waiting == 1
        await asyncio.gather(*hanging, fourth)


async def test_no_more_threads_than_allowed_and_none_before_it_is_needed() -> None:
    """One after the other needs one."""
    before = set(threading.enumerate())  # those of earlier tests may end meanwhile
    threads = CallThreads(50)
    async with asyncio.timeout(WITHIN):
        for number in range(20):
            assert await threads.run(abs, -number) == number
    assert len(set(threading.enumerate()) - before) == 1


async def test_a_call_nobody_waits_for_any_more_disturbs_nobody(hung: threading.Event) -> None:
    """Its future was cancelled; the thread is free when it ends."""
    threads = CallThreads(1)
    given_up = threads.run(hung.wait)
    given_up.cancel()
    next_one = threads.run(abs, -2)
    hung.set()
    async with asyncio.timeout(WITHIN):
        assert await next_one == 2


def test_a_call_that_never_returns_does_not_keep_the_process() -> None:
    """The supervisor need not kill a shard whose library hangs."""
    code = (
        "import asyncio, threading\n"
        "from session_host.whatsapp.call_threads import CallThreads\n"
        "async def main(): CallThreads(2).run(threading.Event().wait)\n"
        "asyncio.run(main())"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=WITHIN, check=False).returncode == 0
