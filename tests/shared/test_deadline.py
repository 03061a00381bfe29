"""One moment for many steps."""

import asyncio

import pytest

from shared.deadline import Deadline


async def test_what_is_left_is_counted_once_for_all_steps() -> None:
    """It never comes back, and a part of it ends earlier."""
    deadline = Deadline.after(60)
    assert 50 < deadline.left <= 60
    assert 25 < deadline.part(0.5).left <= 30
    assert Deadline.after(-1).left == 0.0


async def test_a_step_that_needs_some_time_gets_it() -> None:
    """Where less than that is left; else the deadline stays as it is."""
    deadline = Deadline.after(60)
    assert deadline.at_least(1) is deadline
    assert 110 < deadline.at_least(120).left <= 120


async def test_what_takes_longer_is_cancelled() -> None:
    """And what does not is returned."""
    assert await Deadline.after(60).keep(asyncio.sleep(0, "done")) == "done"
    never = asyncio.get_running_loop().create_future()
    with pytest.raises(TimeoutError):
        await Deadline.after(0.01).keep(never)
    assert never.cancelled()
