"""The time of deliveries, which tests move: some of their pauses last a day."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

from shared.ids import now_ms


class Clock(Protocol):
    """Tells the time, and waits for it."""

    def now(self) -> int:
        """Milliseconds since 1970."""
        ...

    async def wait(self, event: asyncio.Event, until: int | None) -> None:
        """Return when the event is set, or at that time."""
        ...


class SystemClock:
    """The machine's."""

    def now(self) -> int:
        """Milliseconds since 1970."""
        return now_ms()

    async def wait(self, event: asyncio.Event, until: int | None) -> None:
        """Return when the event is set, or at that time."""
        if until is None:
            await event.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(max(until - now_ms(), 0) / 1000):
                await event.wait()
