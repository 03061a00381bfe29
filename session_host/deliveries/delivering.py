"""One subscription, delivered: what comes, what failed before, and what is asked for once more, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from session_host.deliveries.attempts import Attempts
from session_host.deliveries.clock import Clock
from session_host.deliveries.counting import Counting
from session_host.deliveries.course import Course
from session_host.deliveries.following import Following
from session_host.deliveries.gate import Gate
from session_host.deliveries.health import Health
from session_host.deliveries.lanes import Lanes
from session_host.deliveries.ledger import Ledger, Lost
from session_host.deliveries.replaying import Replaying
from session_host.deliveries.retrying import Retrying
from session_host.deliveries.sink import Sink
from session_host.deliveries.window import Window
from shared.errors import StoreUnavailable
from shared.events.cursor import Cursor
from shared.events.feeds import Feeds
from shared.events.reading import Reading
from shared.webhooks.model import Delivery, Disabled, Place, Subscription
from shared.webhooks.ports import Deliveries

_log = structlog.get_logger(__name__)

_SETTLED_WITHIN = 0.5
"""Seconds for the last write, when it stops."""


@dataclass(frozen=True, slots=True)
class Around:
    """What all subscriptions of a process are delivered by."""

    deliveries: Deliveries
    feeds: Feeds
    reading: Reading
    clock: Clock
    counting: Counting


class Delivering:
    """That of one subscription, from when its place was taken."""

    def __init__(  # noqa: PLR0913, PLR0917 - what, where to, from where, and by what
        self,
        subscription: Subscription,
        sink: Sink,
        place: Place,
        waiting: list[Delivery],
        around: Around,
        warn: Callable[[int, int, str | None], Awaitable[None]],
        missed: Callable[[Cursor], Awaitable[None]],
    ) -> None:
        """Prepare.

        Args:
            subscription: whose events.
            sink: where they go.
            place: from where on.
            waiting: what is to be tried again.
            around: what it is done by.
            warn: tells the owner since when there were nothing but failures, for how many per cent of the time after
                which it is disabled, and the last answer.
            missed: tells them that some of what followed a place is gone.
        """
        self._warn_owner = warn
        self.subscription = subscription
        self._around = around
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._window = window = Window(place.cursor, subscription.key_id)
        self._health = Health(place)
        pending = [row.event_id for row in waiting]
        self._ledger = Ledger(around.deliveries, lambda: self._health.place(window.cursor), around.clock, pending)
        self._gate = gate = Gate(sink.at_once, around.clock)
        self._attempts = Attempts(
            subscription.id, sink, gate, self._ledger, self._health, around.clock, around.counting
        )
        course = Course(
            subscription, window, gate, self._attempts, self._ledger,
            around.deliveries, around.reading, around.clock, self._begin, missed,
        )  # fmt: skip
        lanes = Lanes(course, waiting) if subscription.ordered else None
        self._following = Following(course, around.feeds, lanes, pending)
        self._retrying = Retrying(course, lanes)
        self._replaying = Replaying(course)

    @property
    def failing_since(self) -> int | None:
        """Since when there were nothing but failures; milliseconds since 1970."""
        return self._health.failing_since

    @property
    def last_answer(self) -> str | None:
        """The last status that was no success, or why there was none."""
        return self._health.last_answer

    @property
    def in_trouble(self) -> bool:
        """Whether nothing reaches its endpoint."""
        return self._gate.in_trouble

    @property
    def behind(self) -> float:
        """Seconds since the oldest event was stored that is on its way, or waits for its turn."""
        oldest = self._window.oldest
        return 0.0 if oldest is None else max(self._around.clock.now() - oldest, 0) / 1000

    def look(self) -> None:
        """Look at what is asked for: its owner may have changed it."""
        self._ledger.waits.set()
        self._changed.set()

    async def run(self, finish_within: Callable[[], float]) -> Disabled | None:
        """Deliver, until nothing more is to be sent there, somebody else does, or it is cancelled.

        Whatever ends it: what is on its way has so many seconds to end, and what became of it is stored.

        Raises:
            Lost: somebody else delivers it.
        """
        parts = [
            asyncio.create_task(part)
            for part in (
                self._following.run(), self._retrying.run(), self._ledger.run(), self._replay(), self._warn(),
            )
        ]  # fmt: skip
        over = asyncio.ensure_future(self._attempts.over)
        try:
            await asyncio.wait({*parts, over}, return_when=asyncio.FIRST_COMPLETED)
            for part in parts:
                if part.done():
                    part.result()
            return over.result() if over.done() else None
        finally:
            await self._end(parts, finish_within())

    async def _end(self, parts: list[asyncio.Task[None]], within: float) -> None:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(StoreUnavailable, TimeoutError, Lost):
            async with asyncio.timeout(_SETTLED_WITHIN):
                await self._ledger.settle()

    def _begin(self, attempt: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(attempt)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self._attempts.over.done():
            self._attempts.over.set_exception(error)

    async def _replay(self) -> None:
        while True:
            self._changed.clear()
            await self._replaying.run()
            await self._changed.wait()

    async def _warn(self) -> None:
        while True:
            self._attempts.failed.clear()
            warned = self._health.warning(self._around.clock.now())
            if warned is not None and (since := self._health.failing_since) is not None:
                await self._warn_owner(since, warned, self.last_answer)
            await self._attempts.failed.wait()
