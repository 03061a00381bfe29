"""The line between supervisor and shard, over real sockets."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from itertools import repeat

import pytest

from session_host.link import metrics_line as line
from session_host.link.metrics_line import Answering, Asking

_WITHIN = 30.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks waits longer than two seconds: what is answered is looked at, and not how soon."""
    monkeypatch.setattr(line, "_ANSWERED_WITHIN", _WITHIN)


async def connected(page: Callable[[], Awaitable[bytes]]) -> tuple[Asking, Answering]:
    here, there = socket.socketpair()
    return await Asking.over(here), await Answering.over(there.detach(), page)


def _each(pages: Iterator[bytes]) -> Callable[[], Awaitable[bytes]]:
    async def page() -> bytes:
        return next(pages)

    return page


async def test_a_page_that_cannot_be_made_costs_that_answer_only() -> None:
    """The supervisor hears at once that there is none, and the next question is answered."""
    pages = iter([None, b"page"])

    async def page() -> bytes:
        made = next(pages)
        if made is None:
            raise RuntimeError("a bug")
        return made

    asking, answering = await connected(page)
    assert await asyncio.gather(asking.page(), asking.page()) == [None, b"page"]
    asking.close()
    answering.close()


async def test_a_question_is_answered_with_the_page_of_that_moment() -> None:
    """A page is made for each question, and arrives whole however large it is."""
    asked: list[int] = []

    async def page() -> bytes:
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
    answering = await Answering.over(there.detach(), _each(numbers))  # it answers the first question only here
    monkeypatch.setattr(line, "_ANSWERED_WITHIN", _WITHIN)
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
    assert await asyncio.wait_for(waiting, _WITHIN / 2) is None
    assert await asyncio.wait_for(asking.page(), _WITHIN / 2) is None


async def test_the_line_ends_with_the_supervisor() -> None:
    """A shard whose supervisor is gone answers nobody, and nothing breaks."""
    asking, answering = await connected(_each(repeat(b"page")))
    assert await asking.page() == b"page"
    asking.close()
    answering.close()
    answering.close()
