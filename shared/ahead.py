"""What comes one after the other, got while the one before it is used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from shared.ending import ended

T = TypeVar("T")


async def ahead(source: AsyncGenerator[T]) -> AsyncGenerator[T]:
    """The same, in the same order, with the next one on its way: one at most is kept. To be closed by who takes it.

    Raises what the source raises, after all that came before. The source is closed at the end.
    """
    async with aclosing(source):
        coming = asyncio.create_task(_next(source))
        try:
            while (there := await coming) is not None:
                coming = asyncio.create_task(_next(source))
                yield there[0]
        finally:
            await ended(coming)
            _ = coming.cancelled() or coming.exception()  # nobody asks any more what went wrong


async def _next(source: AsyncGenerator[T]) -> tuple[T] | None:
    """The next one; None at the end."""
    async for each in source:
        return (each,)
    return None
