"""What several processes change at once: read and written again when somebody else was faster."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.adapters.dynamodb.table import ConditionFailed
from shared.errors import StoreUnavailable

T = TypeVar("T")

_ATTEMPTS = 20
_LONGEST_PAUSE = 0.2
"""Seconds before the last attempt: transactions on the same rows refuse each other."""


async def until_written(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """What an attempt returns that is not refused; each one reads anew.

    Args:
        what: is changed, for the error.
        attempt: reads and writes; raises ConditionFailed when somebody else was faster.

    Raises:
        StoreUnavailable: it changes all the time.
    """
    for number in range(_ATTEMPTS):
        if number:
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE * number / _ATTEMPTS))  # noqa: S311 - spreads them apart
        try:
            return await attempt()
        except ConditionFailed:
            continue
    raise StoreUnavailable(f"{what} changes all the time.", retry_after=1.0)
