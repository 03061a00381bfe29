"""What failed, tried again when its time has come."""

from __future__ import annotations

from session_host.deliveries.course import Course
from session_host.deliveries.lanes import Lanes
from session_host.deliveries.sink import Parcel
from shared.backoff import Backoff
from shared.errors import BusUnavailable, EventsGone, StoreUnavailable
from shared.events.cursor import Cursor
from shared.webhooks.model import Delivery
from shared.webhooks.schedule import Verdict

_AT_ONCE = 32
"""Rows that are read at once: each has its event."""
_LOOKS_EVERY = 30_000
"""Milliseconds; a bell may be lost."""
_SOON, _LATER = 300, 1_000
"""Milliseconds after some were begun, and while all that were read are under way or not stored: there may be more."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class Retrying:
    """That of one subscription."""

    def __init__(self, course: Course, lanes: Lanes | None) -> None:
        """`lanes`: when there is an order."""
        self._of = course
        self._lanes = lanes

    async def run(self) -> None:
        """Try again and again, until cancelled."""
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            self._of.ledger.waits.clear()
            try:
                until = await self._try()
            except StoreUnavailable:
                until = self._of.clock.now() + round(backoff.after_failure() * 1000)
            else:
                backoff.succeeded()
            await self._of.clock.wait(self._of.ledger.waits, until)

    async def _try(self) -> int:
        """Begin what is due; when to look again."""
        rows = await self._of.deliveries.waiting(self._of.subscription.id, _AT_ONCE + len(self._of.attempts.under_way))
        begun = 0
        for row in rows:
            if self._is_known(row):
                continue
            if not self._is_due(row):
                return min(row.next_at or 0, self._of.clock.now() + _LOOKS_EVERY)
            await self._of.gate.enter()
            if self._is_known(row):
                self._of.gate.leave()
                continue
            begun += 1
            self._of.attempts.under_way.add(row.event_id)
            self._of.begin(self._attempt(row))
        return self._of.clock.now() + (_SOON if begun else _LATER if rows else _LOOKS_EVERY)

    def _is_known(self, row: Delivery) -> bool:
        return row.event_id in self._of.attempts.under_way or self._of.ledger.knows(row.event_id)

    def _is_due(self, row: Delivery) -> bool:
        """By its time, or since its endpoint is back after it was tried last."""
        now, tried = self._of.clock.now(), row.tries[-1].at if row.tries else 0
        return (row.next_at or 0) <= now or tried < self._of.attempts.back_at

    async def _attempt(self, row: Delivery) -> None:
        hold = self._lanes is not None and self._lanes.holds(row)
        try:
            body = row.body or await self._body(row)
        except BaseException as error:
            self._of.attempts.under_way.discard(row.event_id)
            self._of.gate.leave()
            if isinstance(error, (BusUnavailable, StoreUnavailable)):
                return
            raise
        if body is None:
            self._of.attempts.under_way.discard(row.event_id)
            self._of.gate.leave()
            self._of.attempts.lost(row, hold=hold)
        else:
            parcel = Parcel(row.event_id, row.type, row.session_uid, row.log, row.position, body, row)
            if await self._of.attempts.make(parcel, hold=hold) is Verdict.AGAIN:
                return
        if hold and self._lanes is not None:
            await self._lanes.freed(row)

    async def _body(self, row: Delivery) -> bytes | None:
        """The event, from the log; None when it is gone. Raises BusUnavailable and StoreUnavailable."""
        behind = Cursor(row.log, row.position - 1, row.first_at)
        try:
            page = await self._of.reading.page(self._of.subscription.key_id, None, behind, 1)
        except EventsGone:
            return None
        return next((event.body for event in page.events if event.id == row.event_id), None)
