"""Events that are delivered once more, since their owner asked for it: beside what happens, and with the same ids."""

from __future__ import annotations

from dataclasses import replace

from session_host.deliveries.course import Course
from session_host.deliveries.sink import parcel_of
from shared.backoff import Backoff
from shared.errors import BusUnavailable, EventsGone, StoreUnavailable
from shared.events.cursor import Cursor, parsed
from shared.events.telling import PublicEvent
from shared.webhooks.model import Delivery, DeliveryState, Replay
from shared.webhooks.wanting import wants

_AT_ONCE = 50
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class Replaying:
    """That of one subscription: one event at a time, so that what happens now is not behind what happened once."""

    def __init__(self, course: Course) -> None:
        self._of = course

    async def run(self) -> None:
        """Do what was asked for by now; ends then. Raises Lost."""
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            try:
                for replay in await self._of.deliveries.replays(self._of.subscription.id):
                    await self._replay(replay)
            except (BusUnavailable, StoreUnavailable):
                await backoff.wait()
            else:
                return

    async def _replay(self, replay: Replay) -> None:
        while not replay.done:
            behind = Cursor(replay.log, replay.position, self._of.clock.now())
            try:
                page = await self._of.reading.page(
                    self._of.subscription.key_id, self._of.subscription.session_uid, behind, _AT_ONCE
                )
            except EventsGone as gone:
                oldest = parsed(str(gone.details["next"]), self._of.subscription.key_id)
                position = oldest.position if oldest.log == replay.log else replay.until
                replay = replace(replay, position=max(position, replay.position + 1))
                continue
            for event in page.events:
                if event.position <= replay.until and wants(self._of.subscription, event):
                    await self._once_more(event, replay)
            replay = replace(replay, position=max(page.next.position, replay.until if not page.more else 0))
            await self._of.ledger.settle(replay)

    async def _once_more(self, event: PublicEvent, replay: Replay) -> None:
        row = await self._of.deliveries.get(self._of.subscription.id, event.id)
        if replay.missed_only and (row is None or row.state not in {DeliveryState.GIVEN_UP, DeliveryState.SKIPPED}):
            return
        if row is not None and row.state is DeliveryState.PENDING:
            return  # it comes anyway
        await self._of.turn()
        await self._of.attempts.make(parcel_of(event, replay.log, self._earlier(event, row, replay.log)))

    def _earlier(self, event: PublicEvent, row: Delivery | None, log: int) -> Delivery:
        """What is known of it, with its attempts to be had anew."""
        if row is not None:
            return replace(row, attempts=0, waited=True)
        return Delivery(
            subscription_id=self._of.subscription.id,
            event_id=event.id,
            session_uid=event.session_uid,
            type=event.type,
            log=log,
            position=event.position,
            state=DeliveryState.SKIPPED,
            first_at=self._of.clock.now(),
            waited=True,
        )
