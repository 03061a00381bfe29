"""How fast one endpoint is asked: at full speed while it answers, one at a time and with pauses while it does not."""

from __future__ import annotations

import asyncio

from session_host.deliveries.clock import Clock
from session_host.deliveries.sink import Outcome
from shared.backoff import Backoff
from shared.webhooks.schedule import Verdict

_TROUBLE = 5
"""Failures in a row after which it is the endpoint that is in trouble, and not an event that it does not like."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
"""Seconds: so long it takes at most until a receiver that is back is noticed."""


class Gate:
    """Lets attempts in."""

    def __init__(self, at_once: int, clock: Clock) -> None:
        self._most = self._limit = at_once
        self._clock = clock
        self._inside = 0
        self._failures = 0
        self._not_before = 0
        self._backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        self._changed = asyncio.Event()

    @property
    def in_trouble(self) -> bool:
        """Whether nothing reaches the endpoint at the moment."""
        return self._failures >= _TROUBLE

    async def enter(self) -> None:
        """Return when another attempt may be made; `left` says what came of it."""
        while self._inside >= self._limit or self._clock.now() < self._not_before:
            changed = self._changed
            await self._clock.wait(changed, self._not_before if self._inside < self._limit else None)
        self._inside += 1

    def leave(self) -> None:
        """An attempt that was let in is not made."""
        self._inside -= 1
        self._tell()

    def left(self, outcome: Outcome) -> bool:
        """Note what came of an attempt; whether the endpoint was in trouble and is no more."""
        self._inside -= 1
        back = False
        if outcome.verdict is Verdict.AGAIN:
            self._failed(outcome)
        else:
            back, self._failures = self.in_trouble, 0
            self._backoff.succeeded()
            self._limit = min(self._limit + 1, self._most)
            self._not_before = 0
        self._tell()
        return back

    def _failed(self, outcome: Outcome) -> None:
        self._failures += 1
        pause = outcome.retry_after or 0.0
        if outcome.throttles or self.in_trouble:
            self._limit = 1
            pause = max(pause, self._backoff.after_failure())
        if pause:
            self._not_before = max(self._not_before, self._clock.now() + round(pause * 1000))

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
