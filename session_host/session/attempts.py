"""When a session makes a new client: at once the first time, then later and later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from shared.backoff import Backoff


class Attempts:
    """One timer, and how often in a row it did not help. Seconds."""

    def __init__(self, first_backoff: float, longest_backoff: float) -> None:
        self._backoff = Backoff(first_backoff, longest_backoff)
        self._failed = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pending(self) -> bool:
        """Whether one is due later."""
        return self._timer is not None

    def succeeded(self) -> None:
        """The next failure is the first again."""
        self._failed = False
        self._backoff.succeeded()

    def after_failure(self) -> float:
        """How long to wait after one more failure: 0, then as `Backoff` says."""
        if self._failed:
            return self._backoff.after_failure()
        self._failed = True
        return 0.0

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
