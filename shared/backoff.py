"""How long to wait before something that failed is tried again (docs/adr/0037)."""

from __future__ import annotations

import asyncio
import random

_SPREAD = 0.8
_DOUBLINGS = 30


class Backoff:
    """Pauses in seconds: the first, then twice as long each time, up to the longest.

    Each is up to a fifth shorter, at random, so that many who failed together do not come back together.
    """

    __slots__ = ("_failures", "_first", "_longest")

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def after_failure(self) -> float:
        """The pause after one more failure."""
        pause = min(self._first * 2.0 ** min(self._failures, _DOUBLINGS), self._longest)
        self._failures += 1
        return pause * random.uniform(_SPREAD, 1.0)  # noqa: S311 - it only spreads

    async def wait(self) -> None:
        """Wait after one more failure."""
        await asyncio.sleep(self.after_failure())

    def succeeded(self) -> None:
        """The next pause is the first again."""
        self._failures = 0
