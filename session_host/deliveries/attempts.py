"""Attempts for one subscription: made through its gate, and noted with what they mean."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from session_host.deliveries.clock import Clock
from session_host.deliveries.counting import Counting
from session_host.deliveries.gate import Gate
from session_host.deliveries.health import Health
from session_host.deliveries.ledger import Ledger
from session_host.deliveries.sink import Outcome, Parcel, Sink
from shared.webhooks.model import (
    ANSWER_SHOWN,
    KEPT_ATTEMPTS,
    Attempt,
    Delivery,
    DeliveryState,
    Disabled,
)
from shared.webhooks.schedule import Verdict, next_attempt

_log = structlog.get_logger(__name__)

GONE, FAILING = "gone", "failing"
"""Why a subscription is disabled: its endpoint said 410, or there were nothing but failures for five days."""


class Attempts:
    """Makes them."""

    def __init__(  # noqa: PLR0913, PLR0917 - what an attempt needs
        self,
        subscription_id: str,
        sink: Sink,
        gate: Gate,
        ledger: Ledger,
        health: Health,
        clock: Clock,
        counting: Counting,
    ) -> None:
        self._subscription_id = subscription_id
        self._sink = sink
        self._gate = gate
        self._ledger = ledger
        self._health = health
        self._clock = clock
        self._counting = counting
        self.under_way: set[str] = set()
        """Ids of events."""
        self.back_at = 0
        """When the endpoint was last in trouble and answered again: what waited from before may be tried at once."""
        self.failed = asyncio.Event()
        """An attempt failed."""
        self.over: asyncio.Future[Disabled] = asyncio.get_running_loop().create_future()
        """Done when nothing more is to be sent there."""

    async def make(self, parcel: Parcel, *, hold: bool = False) -> Verdict:
        """Make an attempt that the gate let in; its row is noted when it returns.

        `hold`: but that something waits no more is held, until its session goes on.
        """
        self.under_way.add(parcel.event_id)
        began = self._clock.now()
        try:
            outcome = await self._deliver(parcel)
        except BaseException:  # cancelled: nobody knows what became of it
            self._gate.leave()
            raise
        finally:
            self.under_way.discard(parcel.event_id)
        now = self._clock.now()
        if self._gate.left(outcome):
            self.back_at = began
            self._ledger.waits.set()
        self._health.heard(outcome, began, now)
        self._counting.attempted(outcome.verdict, max(now - began, 0) / 1000)
        attempt = Attempt(began, max(now - began, 0), outcome.status, outcome.answer[:ANSWER_SHOWN])
        row = self._row(parcel, outcome, attempt, now)
        (self._ledger.hold if hold and row.state is not DeliveryState.PENDING else self._ledger.note)(row)
        if outcome.verdict is not Verdict.DELIVERED:
            self.failed.set()
        self._judge(outcome, now)
        return outcome.verdict

    async def _deliver(self, parcel: Parcel) -> Outcome:
        try:
            return await self._sink.deliver(parcel)
        except Exception as error:  # noqa: BLE001 - a bug of one sink: the event is tried again, and others go on
            _log.exception("delivery_failed", subscription=self._subscription_id)
            return Outcome(Verdict.AGAIN, None, f"It could not be tried: {type(error).__name__}.")

    def lost(self, row: Delivery, *, hold: bool) -> None:
        """An event that waits is no longer in the log, and nobody has it."""
        self._health.gave_up()
        gone = Attempt(self._clock.now(), 0, None, "The log of events no longer has it.")
        tries = (*row.tries, gone)[-KEPT_ATTEMPTS:]
        row = replace(row, state=DeliveryState.GIVEN_UP, next_at=None, tries=tries)
        (self._ledger.hold if hold else self._ledger.note)(row)

    def _row(self, parcel: Parcel, outcome: Outcome, attempt: Attempt, now: int) -> Delivery:
        earlier = parcel.earlier
        attempts = (earlier.attempts if earlier else 0) + 1
        next_at, state = None, DeliveryState.DELIVERED
        if outcome.verdict is not Verdict.DELIVERED:
            if outcome.verdict is not Verdict.GIVEN_UP:
                next_at = next_attempt(attempts, now, outcome.retry_after)
            state = DeliveryState.GIVEN_UP if next_at is None else DeliveryState.PENDING
            if next_at is None:
                self._health.gave_up()
        return Delivery(
            subscription_id=self._subscription_id,
            event_id=parcel.event_id,
            session_uid=parcel.session_uid,
            type=parcel.type,
            log=parcel.log,
            position=parcel.position,
            state=state,
            next_at=next_at,
            first_at=earlier.first_at if earlier else attempt.at,
            attempts=attempts,
            tries=(*(earlier.tries if earlier else ()), attempt)[-KEPT_ATTEMPTS:],
            body=None if state is DeliveryState.DELIVERED else parcel.body,
            waited=earlier is not None or state is not DeliveryState.DELIVERED,
        )

    def _judge(self, outcome: Outcome, now: int) -> None:
        if self.over.done():
            return
        if outcome.verdict is Verdict.GONE:
            self.over.set_result(Disabled(GONE, now))
        elif outcome.verdict is not Verdict.DELIVERED and self._health.is_over(now):
            self.over.set_result(Disabled(FAILING, now))
