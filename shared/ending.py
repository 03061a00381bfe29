"""The end of a task that somebody else runs."""

from __future__ import annotations

import asyncio
from typing import Any, Final

_AGAIN: Final = 0.05


async def ended(task: asyncio.Task[Any]) -> None:
    """Cancel a task and return when it has ended.

    Once is not enough: `asyncio.wait_for` of Python 3.11, which nats-py waits with, forgets a cancellation that comes
    in the moment in which it has its result (https://github.com/python/cpython/issues/86296).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_AGAIN)
