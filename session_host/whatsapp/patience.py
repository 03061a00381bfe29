"""Waits for what may never come."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def within(wait: Coroutine[Any, Any, Any], seconds: float) -> None:
    """Return when it has come, or after so many seconds; the caller looks which."""
    try:
        async with asyncio.timeout(seconds):
            await wait
    except TimeoutError:
        return
