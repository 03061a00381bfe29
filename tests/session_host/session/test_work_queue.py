import asyncio

import pytest

from session_host.session.work_queue import QueueEnded, WorkQueue


async def test_work_is_done_in_order_and_survives_what_fails() -> None:
    """Errors go to who asked, or are told; the next work is done."""
    told: list[Exception] = []
    done: list[int] = []
    queue = WorkQueue("test", told.append)

    async def fail() -> None:
        raise OSError("full")

    async def work() -> int:
        done.append(len(told))
        return len(done)

    queue.put(fail)
    assert await queue.ask(work) == 1
    assert done == [1]
    with pytest.raises(OSError, match="full"):
        await queue.ask(fail)
    assert await queue.ask(work) == 2
    await queue.end()
    assert done == [1, 1]


async def test_who_is_told_of_errors_cannot_end_the_queue() -> None:
    """A session whose queue has ended would do nothing any more, and nobody would notice."""

    def on_error(error: Exception) -> None:
        raise RuntimeError("a bug") from error

    async def fail() -> None:
        raise OSError("full")

    async def work() -> int:
        return 1

    queue = WorkQueue("test", on_error)
    async with asyncio.timeout(10):
        queue.put(fail)
        assert await queue.ask(work) == 1
        await queue.end()


async def test_nobody_waits_for_a_queue_that_ends() -> None:
    """What was there is done; who asks from then on is told so at once, also while the last work is under way."""
    queue = WorkQueue("test", lambda error: pytest.fail(repr(error)))
    go_on = asyncio.Event()
    done: list[str] = []

    async def last() -> None:
        await go_on.wait()
        done.append("last")

    async def late() -> None:
        done.append("late")

    async with asyncio.timeout(10):
        queue.put(last)
        ending = [asyncio.create_task(queue.end()) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(QueueEnded):
            await queue.ask(late)
        queue.put(late)
        ending[0].cancel()
        go_on.set()
        await ending[1]
        await queue.end()
        with pytest.raises(QueueEnded):
            await queue.ask(late)
    assert done == ["last"]
