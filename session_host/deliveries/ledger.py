"""What became of events and is not stored yet: rows, and then the place behind them, a few times a second.

A crash repeats what stands here, under the same ids; nothing is skipped. While it is stored more may come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

import structlog

from session_host.deliveries.clock import Clock
from shared.backoff import Backoff
from shared.errors import StoreUnavailable
from shared.webhooks.model import Delivery, DeliveryState, Place, Replay
from shared.webhooks.ports import Deliveries

_log = structlog.get_logger(__name__)

_EVERY = 0.25
_WORTH = 400
"""Rows that are stored at once: so long as they are written there is room for more."""
_WITHOUT_ROWS = 60_000
"""Milliseconds after which a place is stored behind which nothing was for its subscription."""
_SAME_FOR = 3_600_000
_MANY = 1_000
"""Rows that wait for the store: with more nothing is begun."""
MOST_PENDING = 1_000
"""Rows of events that are to be tried again: with more nothing new is begun, and what happens stays in the log."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class Lost(Exception):  # noqa: N818 - it says what is
    """Somebody else delivers the subscription by now."""


class Ledger:
    """That of one subscription."""

    def __init__(
        self, deliveries: Deliveries, place: Callable[[], Place], clock: Clock, pending: Iterable[str] = ()
    ) -> None:
        """`place`: where it is now, all of which is done; `pending`: events that are to be tried again."""
        self._pending = set(pending)
        self._deliveries = deliveries
        self._place = place
        self._clock = clock
        self._rows: dict[str, Delivery] = {}
        self._writing: dict[str, Delivery] = {}
        self._held: dict[str, Delivery] = {}
        self._stored: Place | None = place()
        self._turn = asyncio.Lock()
        self._noted = asyncio.Event()
        self._worth = asyncio.Event()
        self._less = asyncio.Event()
        self.waits = asyncio.Event()
        """Something that is to be tried again was stored, or may be tried at once."""

    def note(self, row: Delivery) -> None:
        """Something became of an event."""
        self._rows[row.event_id] = row
        self._noted.set()
        if len(self._rows) >= _WORTH:
            self._worth.set()
        if row.state is DeliveryState.PENDING:
            self._pending.add(row.event_id)
        else:
            self._pending.discard(row.event_id)
            self._less.set()

    def hold(self, row: Delivery) -> None:
        """The same, to be stored no earlier than `free` says."""
        self._held[row.event_id] = row

    def free(self, event_id: str) -> None:
        """Store what was held of an event together with what was noted last."""
        if (row := self._held.pop(event_id, None)) is not None:
            self.note(row)

    def knows(self, event_id: str) -> bool:
        """Whether something is to be stored of an event: what the store says of it is old."""
        return event_id in self._rows or event_id in self._writing or event_id in self._held

    async def room(self) -> None:
        """Return when there are not too many rows that wait for the store, or to be tried again."""
        while len(self._rows) >= _MANY or len(self._pending) >= MOST_PENDING:
            self._less.clear()
            await self._less.wait()

    async def run(self) -> None:
        """Store again and again, until cancelled. Raises Lost."""
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            await self._clock.wait(self._noted, self._clock.now() + _WITHOUT_ROWS)
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY):
                    await self._worth.wait()
            try:
                await self.settle()
            except StoreUnavailable as error:
                _log.warning("deliveries_not_stored", error=error.message)
                await backoff.wait()
            else:
                backoff.succeeded()

    async def settle(self, replay: Replay | None = None) -> None:
        """Store all of it now.

        Raises:
            Lost: somebody else has its place.
            StoreUnavailable: nothing, or a part, is stored; to be tried again.
        """
        async with self._turn:
            self._noted.clear()
            self._worth.clear()
            place, self._writing, self._rows = self._place(), self._rows, {}
            if not self._writing and replay is None and not self._is_worth(place):
                return
            try:
                rows = list(self._writing.values())
                kept = await self._deliveries.settle(place, rows, replay)
            except BaseException:
                self._rows = self._writing | self._rows
                self._noted.set()
                raise
            finally:
                self._writing = {}
                self._less.set()
            if not kept:
                raise Lost
            self._stored = place
            if any(row.state is DeliveryState.PENDING for row in rows):
                self.waits.set()

    def _is_worth(self, place: Place) -> bool:
        """Whether a place without rows is worth a write: not when it is the same one a little later."""
        stored = self._stored
        if stored is None:
            return True
        later = place.cursor.at - stored.cursor.at < _SAME_FOR
        return place != (replace(stored, cursor=stored.cursor._replace(at=place.cursor.at)) if later else stored)
