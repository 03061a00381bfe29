"""The straight way of a message: from the store's thread to the library's, back to the store's, then to the loop.

The event loop begins it and is woken once, at its end. Where something does not go as it should it is woken there, and
goes on step by step with what is known by then (docs/adr/0033).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from session_host.outbound.jobs import Job
from session_host.whatsapp.client import NotBegun, Sent
from shared.messages.model import Accepted, Idempotency, MessageState, OutboundMessage
from shared.messages.ports import ThreadedMessages
from shared.observing import traces as tracing

Go = Callable[[Exception | None], bool]


class Straight:
    """What is done around the call that sends a new message: claim its row before, write after it that it was sent.

    Whatever it tells is to be read on the event loop, once the call is over.
    """

    def __init__(  # noqa: PLR0913 - what it works on, and what it asks
        self,
        job: Job,
        claim: OutboundMessage,
        idempotency: Idempotency | None,
        store: ThreadedMessages,
        *,
        may_go_on: Callable[[], bool],
        others_wait: Callable[[], bool],
    ) -> None:
        """`claim` is the row, SENDING by this process.

        Asked on any thread: whether it `may_go_on`, once the claim is in the store; whether `others_wait` behind it,
        once it was sent. Then the loop is woken, and what came of this one goes into one commit with the next claim.
        """
        self._job = job
        self._claim = claim
        self._idempotency = idempotency
        self._store = store
        self._may_go_on = may_go_on
        self._others_wait = others_wait
        self.asked = False
        """Whether the store was asked to claim it."""
        self.accepted: Accepted | None = None
        """What the store answered."""
        self.error: Exception | None = None
        """Why it did not."""
        self.written = False
        """Whether its row says that it was sent."""
        self._begun = 0.0
        self._ended: float | None = None
        self._step: tracing.Span | None = None

    @property
    def took(self) -> float:
        """Seconds in which WhatsApp answered, or has not answered until now."""
        return (self._ended or time.monotonic()) - self._begun

    def before(self, go: Go) -> None:
        """Claim the row."""
        self.asked = True
        self._begin_step("store as sending")
        self._store.begin(self._claim, self._idempotency, partial(self._claimed, go))

    def _claimed(self, go: Go, accepted: Accepted | None, error: Exception | None) -> None:
        self.accepted, self.error = accepted, error
        self._end_step()
        if accepted is None or not is_same_claim(accepted.message, self._claim) or not self._may_go_on():
            go(NotBegun("The message is not this process's to send."))
            return
        self._begin_step("hand to WhatsApp", {tracing.TO: self._job.to}, tracing.Kind.CLIENT)
        self._begun = time.monotonic()
        self._job.claim(self._claim)
        self._job.taken = go(None)  # not when whoever waited has given it up: then nobody sends it

    def after(self, result: Sent, done: Callable[[], object]) -> None:
        """Write that it was sent, unless the loop is to do so."""
        self._job.sent = result
        self._ended = time.monotonic()
        self._end_step()
        if self._others_wait():
            done()
            return
        self._begin_step("store outcome", {"wagate.state": MessageState.SENT.value})
        times = {**self._claim.times, MessageState.SENT: result.timestamp * 1000}
        self._store.finish(self._claim, result.wa_id, times, partial(self._written, done))

    def _written(self, done: Callable[[], object], written: bool | None, _error: Exception | None) -> None:  # noqa: FBT001 - what the store tells
        self.written = bool(written)  # else whoever waits writes it once more, or reads why it could not be
        self._end_step()
        done()

    def fail(self, error: Exception) -> None:
        """On the loop: the call ended with this."""
        if self._step is not None:
            self._step.fail(type(error).__name__)
        self._end_step()

    def _begin_step(
        self, name: str, values: tracing.Values | None = None, kind: tracing.Kind = tracing.Kind.INNER
    ) -> None:
        self._step = tracing.open_step(self._job.trace, name, values or {}, kind=kind)

    def _end_step(self) -> None:
        step, self._step = self._step, None
        if step is not None:
            step.end()


def is_same_claim(row: OutboundMessage, claim: OutboundMessage) -> bool:
    """Whether a row is this claim: nobody else writes SENDING under its epoch."""
    return row.id == claim.id and row.state is MessageState.SENDING and row.epoch == claim.epoch
