"""Ends what nats-py does in time: a single cancellation of its `connect` may be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from shared.ending import ended


async def ended_within(seconds: float, work: Coroutine[object, object, None]) -> None:
    """Return when the work is done; after so many seconds it is cancelled, as often as it takes.

    nats-py tries one server after the other under `asyncio.wait_for`, and goes on after an attempt that failed. A
    cancellation that comes just as an attempt fails is lost to that failure (Python before 3.12), and `connect` would
    go on for ever.

    Raises:
        TimeoutError: it was cancelled. Else what the work raises.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        await ended(task)
    if task.cancelled():
        raise TimeoutError
    task.result()
