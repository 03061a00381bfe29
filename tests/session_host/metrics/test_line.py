"""The line between supervisor and shard, over real sockets."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from session_host.metrics import line
from session_host.metrics.line import Answering, Asking


async def connected(page: Callable[[], bytes]) -> tuple[Asking, Answering]:
    here, there = socket.socketpair()
    return await Asking.over(here), await Answering.over(there.detach(), page)


async def test_a_question_is_answered_with_the_page_of_that_moment() -> None:
    """A page is made for each question, and arrives whole however large it is."""
    asked: list[int] = []

    def page() -> bytes:
        asked.append(1)
        return b"%d\n" % len(asked) * 200_000

    asking, answering = await connected(page)
    assert await asking.page() == b"1\n" * 200_000
    assert await asyncio.gather(asking.page(), asking.page()) == [b"2\n" * 200_000, b"3\n" * 200_000]
    asking.close()
    answering.close()


async def test_a_late_answer_is_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gave up hears nothing, and the next question has its own answer."""
    monkeypatch.setattr(line, "_ANSWERED_WITHIN", 0.05)
    here, there = socket.socketpair()
    asking = await Asking.over(here)
    assert await asking.page() is None
    numbers = iter([b"late", b"now"])
    answering = await Answering.over(there.detach(), lambda: next(numbers))  # it answers the first question only here
    monkeypatch.setattr(line, "_ANSWERED_WITHIN", 5.0)
    assert await asking.page() == b"now"
    asking.close()
    answering.close()


async def test_a_shard_that_ends_answers_nothing() -> None:
    """Neither who waits nor who asks afterwards waits in vain."""
    here, there = socket.socketpair()
    asking = await Asking.over(here)
    waiting = asyncio.create_task(asking.page())
    await asyncio.sleep(0)
    there.close()
    assert await asyncio.wait_for(waiting, 1.0) is None
    assert await asyncio.wait_for(asking.page(), 1.0) is None


async def test_the_line_ends_with_the_supervisor() -> None:
    """A shard whose supervisor is gone answers nobody, and nothing breaks."""
    asking, answering = await connected(lambda: b"page")
    assert await asking.page() == b"page"
    asking.close()
    answering.close()
    answering.close()
