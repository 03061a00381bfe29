"""When a session makes a new client: at once the first time, then later and later."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable


class Attempts:
    """One timer, and how often in a row it did not help. Seconds."""

    def __init__(self, first_backoff: float, longest_backoff: float) -> None:
        self._first = first_backoff
        self._longest = longest_backoff
        self._failures = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pending(self) -> bool:
        """Whether one is due later."""
        return self._timer is not None

    def succeeded(self) -> None:
        """The next failure is the first again."""
        self._failures = 0

    def after_failure(self) -> float:
        """How long to wait after one more failure: 0, 1, 2, 4, … up to the longest, somewhat spread."""
        failures, self._failures = self._failures, self._failures + 1
        if not failures:
            return 0.0
        delay = min(self._first * 2.0 ** min(failures - 1, 30), self._longest)
        return delay * random.uniform(0.8, 1.2)  # noqa: S311 - spreads sessions over time

    def plan(self, seconds: float, do: Callable[[], None]) -> None:
        """Call `do` after some seconds, instead of what was planned before."""
        self.cancel()

        def due() -> None:
            self._timer = None
            do()

        self._timer = asyncio.get_running_loop().call_later(max(seconds, 0), due)

    def cancel(self) -> None:
        """Nothing is planned any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
