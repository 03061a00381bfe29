"""Order within each session: one event of it at a time, and one that failed holds back its session alone.

What stands behind it is kept nowhere: the log has it. Its row, which waits, is the place of that session. When it is
delivered the session is read on from there, until it meets the place that all others have reached.
"""

from __future__ import annotations

from collections import deque

import structlog

from session_host.deliveries.course import Course
from session_host.deliveries.sink import parcel_of
from shared.backoff import Backoff
from shared.errors import BusUnavailable, EventsGone, StoreUnavailable
from shared.events.cursor import Cursor, parsed
from shared.events.reading import PublicPage
from shared.events.telling import PublicEvent
from shared.webhooks.model import Delivery, DeliveryState
from shared.webhooks.schedule import Verdict
from shared.webhooks.wanting import wants

_AT_ONCE = 50
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0

_log = structlog.get_logger(__name__)


class Lanes:
    """Those of one subscription."""

    def __init__(self, course: Course, waiting: list[Delivery]) -> None:
        """`waiting`: what waited when it began."""
        self._of = course
        self._queues: dict[str, deque[PublicEvent]] = {}
        self._held: dict[str, int] = {}
        """Sessions that are held back, and the position of the event that does."""
        for row in waiting:
            self._held[row.session_uid] = min(row.position, self._held.get(row.session_uid, row.position))
        self._seen = course.window.reached.position
        """Up to there events were given to `take`."""

    async def take(self, event: PublicEvent, log: int) -> None:
        """The next event of the log; returns when it is on its way, or behind another one of its session."""
        self._seen = event.position
        uid = event.session_uid
        if uid in self._held:
            return
        self._of.window.begin(event)
        if (queue := self._queues.get(uid)) is not None:
            queue.append(event)
            return
        self._queues[uid] = deque()
        await self._of.turn()
        self._of.begin(self._run(event, log))

    def passed(self, position: int) -> None:
        """Everything up to there was given to `take`, or is for nobody here."""
        self._seen = max(self._seen, position)

    def holds(self, row: Delivery) -> bool:
        """Whether it is this one that holds back its session."""
        return self._held.get(row.session_uid) == row.position

    async def freed(self, row: Delivery) -> None:
        """What held back its session does so no more: it goes on. Its row is held until the next one is there."""
        await self._catch_up(row.session_uid, row.event_id, Cursor(row.log, row.position, row.first_at))

    async def _run(self, event: PublicEvent, log: int) -> None:
        queue = self._queues[event.session_uid]
        while True:
            verdict = await self._of.attempts.make(parcel_of(event, log))
            if verdict is Verdict.AGAIN:
                self._held[event.session_uid] = event.position
                for other in queue:  # the log has them
                    self._of.window.done(other.position)
                queue.clear()
            self._of.window.done(event.position)
            if not queue:
                del self._queues[event.session_uid]
                return
            event = queue.popleft()
            await self._of.gate.enter()

    async def _catch_up(self, uid: str, held: str, cursor: Cursor) -> None:
        """Deliver what stands behind the event that held a session back; ends when it meets the others, or fails.

        At every moment a row that waits is stored for the session: that of the last one that was delivered is stored
        together with the one that the next is waiting.
        """
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            page = await self._page(uid, cursor, backoff)
            here = [event for event in page.events if event.position <= self._seen]
            if not here and (page.events or page.next.position >= self._seen):
                del self._held[uid]
                self._of.ledger.free(held)
                return
            for event in here:
                if not wants(self._of.subscription, event) or await self._is_done(event, backoff):
                    continue
                row = self._waiting(event, page.next.log)
                self._held[uid] = event.position
                self._of.attempts.under_way.add(event.id)
                self._of.ledger.note(row)
                self._of.ledger.free(held)
                held = event.id
                await self._of.gate.enter()
                parcel = parcel_of(event, page.next.log, row)
                if await self._of.attempts.make(parcel, hold=True) is Verdict.AGAIN:
                    return
            cursor = Cursor(page.next.log, here[-1].position, page.next.at) if here else page.next

    async def _page(self, uid: str, cursor: Cursor, backoff: Backoff) -> PublicPage:
        while True:
            try:
                return await self._of.reading.page(self._of.subscription.key_id, uid, cursor, _AT_ONCE)
            except (BusUnavailable, StoreUnavailable):
                await backoff.wait()
            except EventsGone as gone:
                _log.warning("events_missed", subscription=self._of.subscription.id, session=uid)
                await self._of.missed(cursor)
                cursor = parsed(str(gone.details["next"]), self._of.subscription.key_id)

    def _waiting(self, event: PublicEvent, log: int) -> Delivery:
        now = self._of.clock.now()
        return Delivery(
            subscription_id=self._of.subscription.id,
            event_id=event.id,
            session_uid=event.session_uid,
            type=event.type,
            log=log,
            position=event.position,
            state=DeliveryState.PENDING,
            next_at=now,
            first_at=now,
            body=event.body,
            waited=True,
        )

    async def _is_done(self, event: PublicEvent, backoff: Backoff) -> bool:
        """Whether it was delivered before this one was, by somebody who did not come to say so."""
        while True:
            try:
                row = await self._of.deliveries.get(self._of.subscription.id, event.id)
            except StoreUnavailable:
                await backoff.wait()
            else:
                return row is not None and row.state is not DeliveryState.PENDING
