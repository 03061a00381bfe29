"""The end of a task."""

import asyncio

from shared.ending import ended


async def test_a_task_that_forgets_a_cancellation_is_ended() -> None:
    """As `asyncio.wait_for` of Python 3.11 lets it, when it has its result in that moment."""
    begun, forgot = asyncio.Event(), False

    async def forgetful() -> None:
        nonlocal forgot
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            forgot = True
        await asyncio.Event().wait()

    task = asyncio.create_task(forgetful())
    await begun.wait()
    async with asyncio.timeout(10):
        await ended(task)
    assert forgot
    assert task.cancelled()


async def test_one_that_failed_is_ended_as_well() -> None:
    """What it raised is not this one's."""

    async def fails() -> None:
        raise ValueError

    task = asyncio.create_task(fails())
    await asyncio.wait({task})
    await ended(task)
    assert isinstance(task.exception(), ValueError)
