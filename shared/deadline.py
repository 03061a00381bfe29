"""One deadline for everything that has to be done before it, however many steps that is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the clock of the running event loop."""

    begun: float
    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """So many seconds from now."""
        now = asyncio.get_running_loop().time()
        return cls(now, now + seconds)

    @property
    def left(self) -> float:
        """Seconds that are left; 0.0 when it has passed."""
        return max(self.at - asyncio.get_running_loop().time(), 0.0)

    def part(self, share: float) -> Deadline:
        """When this share of its time, counted from when it began, is over."""
        return Deadline(self.begun, self.begun + (self.at - self.begun) * share)

    def at_least(self, seconds: float) -> Deadline:
        """This one, or so many seconds from now where that is later."""
        later = Deadline.after(seconds)
        return later if later.at > self.at else self

    async def keep(self, work: Awaitable[T]) -> T:
        """What the work returns; raises TimeoutError, and the work is cancelled, when it takes longer."""
        async with asyncio.timeout_at(self.at):
            return await work
