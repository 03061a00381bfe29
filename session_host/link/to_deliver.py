"""Whether there is something to deliver: a shard looks, since its supervisor knows no store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from shared.bus import Bus
from shared.contracts.subjects import DELIVERIES_CHANGED
from shared.errors import StoreUnavailable

_log = structlog.get_logger()

_LOOKS_EVERY = 30.0
"""Seconds; a bell rings when there is something new."""
_AGAIN = 2.0


class ToDeliver:
    """What one shard of a host knows of it."""

    def __init__(self, bus: Bus, any_of: Sequence[Callable[[], Awaitable[bool]]]) -> None:
        """`any_of`: each says of a kind whether there is one that wants events, or raises StoreUnavailable."""
        self._bus = bus
        self._any_of = any_of
        self._rang = asyncio.Event()
        self.there_is = False
        """Whether there was at the last look."""

    async def run(self) -> None:
        """Look when the bell rings and now and then, until cancelled."""
        bell = await self._bus.serve(DELIVERIES_CHANGED, self._ring)
        try:
            while True:
                self._rang.clear()
                pause = _LOOKS_EVERY
                try:
                    self.there_is = any([await is_any() for is_any in self._any_of])
                except StoreUnavailable as error:
                    _log.warning("deliveries_not_looked_at", error=error.message)
                    pause = _AGAIN
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._rang.wait()
        finally:
            await bell.stop(0.0)

    async def _ring(self, _: bytes) -> bytes:
        self._rang.set()
        return b""
