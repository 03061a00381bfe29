"""Compares again and again what is to be delivered here with what is, as long as there is something to deliver."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

import structlog

from session_host.deliveries.workers import Workers
from shared.errors import StoreUnavailable

_log = structlog.get_logger(__name__)

_COMPARED_EVERY = 30.0
"""Seconds; a bell rings when somebody changes something."""
_AT_MOST_EVERY = 0.2
_AGAIN = 2.0
_GIVEN_UP_WITHIN = 3.0
"""Seconds after which the others have seen that this process is there, and have given up what is its own."""


class Delivered(Protocol):
    """A kind of subscriptions: webhooks are one."""

    async def compare(self, is_mine: Callable[[str], bool]) -> None:
        """Deliver what is of keys that are mine, and nothing else. Raises StoreUnavailable."""
        ...

    async def stop(self, within: float) -> None:
        """Deliver nothing any more; what is on its way has so many seconds."""
        ...

    @property
    def there_is(self) -> bool:
        """Whether there was one to deliver at the last look, of whatever key."""
        ...


class Deliverer:
    """That of a process."""

    def __init__(self, kinds: Sequence[Delivered]) -> None:
        self._kinds = kinds
        self._look = asyncio.Event()

    def look(self) -> None:
        """Compare now: a bell rang, or somebody came or went."""
        self._look.set()

    async def run(self, workers: Workers, idle_for: float) -> None:
        """Compare, until there has been nothing to deliver for so many seconds."""
        used = time.monotonic()
        if len(workers.alive) > 1:
            await asyncio.sleep(_GIVEN_UP_WITHIN)
        while time.monotonic() - used < idle_for:
            self._look.clear()
            pause = _COMPARED_EVERY
            try:
                for kind in self._kinds:
                    await kind.compare(workers.is_mine)
            except StoreUnavailable as error:
                _log.warning("deliveries_not_compared", error=error.message)
                pause = _AGAIN
                if not workers.current:
                    await self.stop(0.0)
            if pause == _AGAIN or any(kind.there_is for kind in self._kinds):
                used = time.monotonic()
            await asyncio.sleep(_AT_MOST_EVERY)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(pause, idle_for)):
                    await self._look.wait()

    async def stop(self, within: float) -> None:
        """Deliver nothing any more."""
        await asyncio.gather(*(kind.stop(within) for kind in self._kinds))
