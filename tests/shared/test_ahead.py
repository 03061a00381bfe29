"""The next one on its way while the one before it is used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from shared.ahead import ahead

WITHIN = 30.0


class Source:
    """Numbers, which says how many it was asked for."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        self.made = 0
        self.closed = False
        self.more = asyncio.Event()
        self._count = count
        self._error = error

    async def numbers(self) -> AsyncGenerator[int]:
        try:
            while self.made < self._count:
                self.made += 1
                self.more.set()
                yield self.made
            if self._error is not None:
                raise self._error
        finally:
            self.closed = True


async def test_one_more_is_got_and_no_other() -> None:
    """While the first is used the second is made; the third not before the second is taken. The order stays."""
    source = Source(3)
    taken: list[int] = []
    async with aclosing(ahead(source.numbers())) as numbers, asyncio.timeout(WITHIN):
        async for number in numbers:
            taken.append(number)
            while source.made < min(number + 1, 3):
                source.more.clear()
                await source.more.wait()
            await asyncio.sleep(0)
            assert source.made == min(number + 1, 3)
    assert taken == [1, 2, 3]
    assert source.closed


async def test_what_goes_wrong_is_said_behind_what_came_before() -> None:
    """All that was there first is taken, then the error comes."""
    async with aclosing(ahead(Source(2, KeyError("gone")).numbers())) as numbers:
        assert [await anext(numbers), await anext(numbers)] == [1, 2]
        with pytest.raises(KeyError):
            await anext(numbers)


@pytest.mark.parametrize("error", [None, KeyError("of nobody's interest")])
async def test_who_takes_no_more_closes_the_source(error: Exception | None) -> None:
    """Also while it is asked for the next, and whatever comes of that."""
    source = Source(1, error)
    async with aclosing(ahead(source.numbers())) as numbers:
        assert await anext(numbers) == 1
    assert source.closed
