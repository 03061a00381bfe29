"""What an outbox writes into the row of a message: each step is a conditional write.

Whoever comes second is refused by the store, and answers what the row says instead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar

import structlog

from session_host.outbound.conclusions import KEPT_HERE, NOT_BEGUN, Answer, Conclusion
from session_host.outbound.jobs import Job, NewMessage
from shared.backoff import Backoff
from shared.errors import IdempotencyKeyReused, MessageNotFound, StoreUnavailable, WagateError
from shared.messages.model import OPEN, Accepted, Failure, MessageState, OutboundMessage
from shared.messages.outcomes import outcome_of, why_not
from shared.messages.ports import Messages
from shared.observing import traces as tracing

T = TypeVar("T")

_log = structlog.get_logger()

_FIRST_RETRY, _LAST_RETRY = 0.1, 5.0
_DOUBTS = 1000
"""Messages of which it is remembered that the store may have taken them in spite of its error, each some 60 bytes."""


class Told(Protocol):
    """Who tells what became of the messages."""

    def ring(self) -> None:
        """There may be something to tell."""
        ...

    async def finish(self) -> None:
        """Tell the last of it."""
        ...


class _Nobody:
    def ring(self) -> None:
        """Nothing."""

    async def finish(self) -> None:
        """Nothing."""


class Rows:
    """The rows of one session's messages, for its owner under one epoch."""

    def __init__(self, messages: Messages, epoch: int, clock: Callable[[], int], told: Told | None = None) -> None:
        """`told` is told when the row of a message says what became of it."""
        self.told = told or _Nobody()
        self.messages = messages
        self.epoch = epoch
        self._clock = clock
        self._in_doubt: deque[str] = deque(maxlen=_DOUBTS)

    def claim_of(self, job: Job, new: NewMessage) -> OutboundMessage:
        """The row of a new message as its owner puts it there."""
        times = {**new.row.times, MessageState.SENDING: self._clock()}
        return replace(new.row, state=MessageState.SENDING, epoch=self.epoch, times=times, sender=job.sender)

    async def take(self, job: Job) -> Answer | None:
        """Make this process the only one that sends it; None when it is, else what is answered instead."""
        with tracing.step_of(job.trace, "store as sending"):
            if job.new is not None:
                instead = await self._store(job, job.new, self.claim_of(job, job.new))
                if job.taken or instead is not None:
                    return instead
            return await self._take(job)

    async def _take(self, job: Job) -> Answer | None:
        backoff, doubtful = Backoff(_FIRST_RETRY, _LAST_RETRY), job.message_id in self._in_doubt
        while True:
            try:
                row = await self.messages.advance(
                    job.message_id,
                    MessageState.SENDING,
                    now=self._clock(),
                    only_from=OPEN,
                    epoch=self.epoch,
                    recipient=str(job.to),
                    sender=job.sender,
                )
                if row is None and doubtful:
                    row = await self._own(job)
                break
            except StoreUnavailable:
                doubtful = True  # it may have been written although the answer was lost
                await backoff.wait()
        if row is None:
            return await self._as_it_is(job)
        job.claim(row)
        return None

    async def _own(self, job: Job) -> OutboundMessage | None:
        """The row when an earlier try of this process took it: nobody else writes SENDING with this epoch."""
        row = await self.messages.get(job.message_id)
        return row if row and row.state is MessageState.SENDING and row.epoch == self.epoch else None

    async def _stored(self, job: Job) -> Answer | None:
        """None when the job's row is in the store, put there now if it was not; else what is answered instead."""
        return None if job.new is None else await self._store(job, job.new, job.new.row)

    async def _store(self, job: Job, new: NewMessage, row: OutboundMessage) -> Answer | None:
        """Put a new message there as this row; None when one with its id is there, else what is answered instead."""
        if self._clock() < new.until:
            try:
                return self.found(job, await self.messages.accept(row, new.idempotency))
            except IdempotencyKeyReused as error:
                return error
            except StoreUnavailable as error:
                return await self.not_stored(job, error)
        job.late = True
        job.new = None
        return None

    async def not_stored(self, job: Job, error: StoreUnavailable) -> Answer | None:
        """Go on with a new message that the store has taken in spite of its error; else that is what is answered.

        It is not tried again: its asker tries, and may have told its caller that it failed. But the row may be there as
        SENDING although the answer was lost, or come later, and then nobody else ever touches it.
        """
        row = await self.patiently(lambda: self._own(job))
        if row is None:
            self._in_doubt.append(job.message_id)
            return error
        # Once more, and it is there: whatever else the store keeps of a message is complete then.
        same = None if job.new is None else job.new.idempotency
        return self.found(job, await self.patiently(lambda: self.messages.accept(row, same)))

    def found(self, job: Job, accepted: Accepted) -> Answer | None:
        """Go on with what the store has for a new message; None when it is the message's own row."""
        there = accepted.message
        if there.id != job.message_id:
            return NOT_BEGUN
        job.new = None
        job.sender = there.sender or job.sender
        if there.state is MessageState.SENDING and there.epoch == self.epoch:
            job.claim(there)
        return None

    async def conclude(self, job: Job, conclusion: Conclusion) -> Answer:
        """Write down what came of it, as often as it takes, and return the answer."""
        failed = conclusion.state is MessageState.FAILED
        failure = Failure.of(conclusion.error) if failed and conclusion.error else None
        with tracing.step_of(job.trace, "store outcome", {"wagate.state": conclusion.state.value}):
            row = await self.patiently(
                lambda: self.messages.advance(
                    job.message_id,
                    conclusion.state,
                    now=conclusion.at,
                    wa_id=conclusion.wa_id,
                    failure=failure,
                )
            )
        self.told.ring()
        if conclusion.error is not None:
            return conclusion.error
        return await self._as_it_is(job) if row is None else _said_by(row)

    async def put_off(self, job: Job, sender: str | None) -> Answer:
        """Have a message wait that may: in the store or, once it is taken, in this process."""
        if (instead := await self._stored(job)) is not None:
            return instead
        if job.taken:
            return KEPT_HERE
        row = await self.patiently(
            lambda: self.messages.advance(
                job.message_id,
                MessageState.QUEUED,
                now=self._clock(),
                only_from={MessageState.ACCEPTED},
                sender=sender,
            )
        )
        return await self._as_it_is(job) if row is None else _said_by(row)

    async def end(self, job: Job, state: MessageState, error: WagateError) -> Answer:
        """End a message that nobody handed over."""
        if (instead := await self._stored(job)) is not None:
            return instead
        if job.taken:
            return await self.conclude(job, Conclusion(MessageState.FAILED, self._clock(), error=error))
        row = await self.patiently(
            lambda: self.messages.advance(
                job.message_id, state, now=self._clock(), only_from=OPEN, failure=Failure.of(error)
            )
        )
        self.told.ring()
        return await self._as_it_is(job) if row is None else error

    async def expire(self, row: OutboundMessage) -> None:
        """End a row whose time has passed."""
        await self.patiently(
            lambda: self.messages.advance(row.id, MessageState.EXPIRED, now=self._clock(), only_from=OPEN)
        )
        self.told.ring()

    async def patiently(self, step: Callable[[], Awaitable[T]]) -> T:
        """The result of a store's step, tried again while the store is away: nothing else could go on either."""
        backoff = Backoff(_FIRST_RETRY, _LAST_RETRY)
        while True:
            try:
                return await step()
            except StoreUnavailable as error:
                _log.warning("store_unavailable", error=str(error))
                await backoff.wait()

    async def _as_it_is(self, job: Job) -> Answer:
        row = await self.patiently(lambda: self.messages.get(job.message_id))
        if row is None:  # a late one its asker may still put there, by whose clock it is not
            return NOT_BEGUN if job.late else MessageNotFound()
        return _said_by(row)


def _said_by(row: OutboundMessage) -> Answer:
    return why_not(row) or outcome_of(row)
