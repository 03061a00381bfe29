"""Connecting ends in its time, whatever the library makes of a cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from shared.adapters.nats.ended import ended_within


class Deaf:
    """Work that loses its first cancellations, as nats-py does those that come just as an attempt fails."""

    def __init__(self, losing: int) -> None:
        self.left = losing
        self.ended = False
        self.begun = asyncio.Event()

    async def go_on(self) -> None:
        self.begun.set()
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.left -= 1
                if self.left < 0:
                    self.ended = True
                    raise


@pytest.mark.parametrize("losing", [0, 1, 3])
async def test_a_cancellation_that_is_lost_is_repeated(losing: int) -> None:
    """The work is over when it is said to be."""
    work, begun = Deaf(losing), time.monotonic()
    with pytest.raises(TimeoutError):
        await ended_within(0.05, work.go_on())
    assert work.ended
    assert time.monotonic() - begun < 30


async def test_who_waits_is_cancelled_with_the_work() -> None:
    """It does not go on behind the back of who gave up."""
    work = Deaf(1)
    waiting = asyncio.create_task(ended_within(60, work.go_on()))
    await work.begun.wait()
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    assert waiting.cancelled()
    assert work.ended


async def test_what_the_work_raises_is_raised() -> None:
    """And what is done in time is done."""

    async def fails() -> None:
        raise OSError("refused")

    async def succeeds() -> None:
        await asyncio.sleep(0)

    with pytest.raises(OSError, match="refused"):
        await ended_within(60, fails())
    await ended_within(60, succeeds())
