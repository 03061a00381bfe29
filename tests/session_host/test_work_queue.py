import pytest

from session_host.work_queue import WorkQueue


async def test_work_is_done_in_order_and_survives_what_fails() -> None:
    """Errors go to who asked, or are told; the next work is done."""
    told: list[Exception] = []
    done: list[int] = []
    queue = WorkQueue("test", told.append)

    async def fail() -> None:
        raise OSError("full")

    async def work() -> None:
        done.append(len(told))

    queue.put(fail)
    await queue.ask(work)
    assert done == [1]
    with pytest.raises(OSError, match="full"):
        await queue.ask(fail)
    await queue.ask(work)
    await queue.end()
    assert queue.ended
    assert done == [1, 1]
