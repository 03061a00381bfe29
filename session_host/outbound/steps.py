"""The steps of one message: may it go, take its row, hand it to WhatsApp, write down what came of it.

Each step is a conditional write on the row: whoever comes second is refused by the store and reads the row instead.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import structlog

from session_host.outbound.jobs import Job, NewMessage
from session_host.outbound.outcomes import COMING_UP, disconnection, outcome_of
from session_host.session.lookups import Lookups
from session_host.whatsapp.client import InDoubt, NotSent, QrCode, Sent
from session_host.whatsapp.send_errors import NOBODY
from shared.contracts.commands.messages import DispatchReply
from shared.contracts.content.kind import Content
from shared.errors import (
    Disconnected,
    IdempotencyKeyReused,
    MessageExpired,
    MessageNotFound,
    NumberNotOnWhatsApp,
    RateLimited,
    SenderChanged,
    SendUnknown,
    StoreUnavailable,
    WagateError,
    WhatsAppRefused,
    WhatsAppSilent,
)
from shared.jids import Jid
from shared.messages.model import OPEN, ChatTimer, Failure, MessageState, OutboundMessage
from shared.messages.ports import Messages
from shared.observing import traces as tracing
from shared.refusals import refusal
from shared.sessions.model import SessionReport, SessionStatus

T = TypeVar("T")

_log = structlog.get_logger()

_SMOOTHED_MS = 3_000
"""A send that meets a session which began to (re)connect less than this ago waits for it: a restart of a shard or a
short loss then costs a second instead of an error."""
_FIRST_RETRY, _LAST_RETRY = 0.1, 5.0
_TRIES = 3
"""Times a message is handed over to a connected library that says it did not send it."""

_DOUBTS = 1000
"""Messages of which it is remembered that the store may have taken them in spite of its error, each some 60 bytes."""

NOT_BEGUN = DispatchReply(state=MessageState.ACCEPTED.value)
"""The answer to a message that this process leaves to its row in the store."""


class Sender(Protocol):
    """What is needed of a session to send its messages (`session_host.session.live_session.LiveSession`)."""

    @property
    def report(self) -> SessionReport:
        """What it is doing."""
        ...

    @property
    def qr(self) -> QrCode | None:
        """The code it shows at the moment."""
        ...

    async def wait_connected(self, timeout: float) -> bool:  # noqa: ASYNC109 - the session's own way to wait
        """Whether it is connected, at the latest after so many seconds."""
        ...

    def secret_of(self, message_id: str) -> bytes:
        """The message secret of a message of ours."""
        ...

    async def send(self, to: Jid, content: Content, secret: bytes, timer: ChatTimer | None) -> Sent:
        """Hand it to WhatsApp; raises NotSent or InDoubt."""
        ...


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What came of handing a message over."""

    state: MessageState
    at: int
    wa_id: str | None = None
    error: WagateError | None = None


class DispatchSteps:
    """The steps, for the messages of one session under one epoch."""

    def __init__(  # noqa: PLR0913 - what the steps work on
        self,
        *,
        epoch: int,
        session: Sender,
        messages: Messages,
        lookups: Lookups,
        clock: Callable[[], int],
        may_begin: Callable[[], bool],
        timer_of: Callable[[Jid], ChatTimer | None],
    ) -> None:
        """`timer_of` knows the disappearing timer of a chat."""
        self.epoch = epoch
        self._session = session
        self._messages = messages
        self._lookups = lookups
        self._clock = clock
        self._may_begin = may_begin
        self._timer_of = timer_of
        self._in_doubt: deque[str] = deque(maxlen=_DOUBTS)

    async def prepare(self, job: Job) -> DispatchReply | WagateError | None:
        """Take the row for sending; None when it is taken, else what is answered instead."""
        if not self._may_begin():
            return NOT_BEGUN  # the session may soon be another's, which finds the row
        return await self._prepare(job)

    async def _prepare(self, job: Job) -> DispatchReply | WagateError | None:
        if self._clock() >= job.expires_at:
            return await self._end(job, MessageState.EXPIRED, MessageExpired())
        if not await self.connected_soon():
            return await self._not_now(job, self._disconnected())
        if not self._may_send(job):
            return await self._end(job, MessageState.FAILED, SenderChanged())
        if job.taken:
            return None
        if job.to.number is not None:
            instead = await self._address(job, job.to.number)
            if instead is not None:
                return instead
        with tracing.step_of(job.trace, "store as sending"):
            return await self._take(job)

    async def _address(self, job: Job, number: str) -> DispatchReply | WagateError | None:
        """Have the message go to WhatsApp's own address of the number; what is answered instead when it cannot go."""
        try:
            with tracing.step_of(job.trace, "check number", {tracing.TO: job.to}):
                known = await self._lookups.of_recipient(number)
        except NotSent:
            return await self._not_now(job, self._disconnected())
        except (RateLimited, WhatsAppSilent) as error:
            return await self._not_now(job, error)
        if not known.exists:
            return await self._end(job, MessageState.FAILED, _not_there(number, known.at))
        if known.jid is not None:
            job.address(known.jid)
        return None

    async def hand_over(self, job: Job) -> Conclusion | None:
        """Give a taken message to WhatsApp; None when it certainly did not get it and it may be tried again."""
        if not self._may_send(job):  # only its row knew, or the session was paired anew while it was taken
            return Conclusion(MessageState.FAILED, self._clock(), error=SenderChanged())
        try:
            with tracing.step_of(job.trace, "hand to WhatsApp", {tracing.TO: job.to}, kind=tracing.Kind.CLIENT):
                secret = self._session.secret_of(job.message_id)
                sent = await self._session.send(job.to, job.content, secret, self._timer_of(job.to))
        except NotSent as error:
            return self._not_sent(job, error)
        except InDoubt as error:
            return Conclusion(MessageState.UNKNOWN, self._clock(), error.wa_id, SendUnknown())
        # The row's time of SENT is WhatsApp's, so that a repeated request is answered with the same timestamp.
        return Conclusion(MessageState.SENT, sent.timestamp * 1000, sent.wa_id)

    async def conclude(self, job: Job, conclusion: Conclusion) -> DispatchReply | WagateError:
        """Write down what came of it, as often as it takes, and return the answer."""
        failed = conclusion.state is MessageState.FAILED
        failure = Failure.of(conclusion.error) if failed and conclusion.error else None
        with tracing.step_of(job.trace, "store outcome", {"wagate.state": conclusion.state.value}):
            row = await self.patiently(
                lambda: self._messages.advance(
                    job.message_id,
                    conclusion.state,
                    now=conclusion.at,
                    wa_id=conclusion.wa_id,
                    failure=failure,
                )
            )
        if conclusion.error is not None:
            return conclusion.error
        return await self._as_it_is(job) if row is None else outcome_of(row)

    @property
    def number(self) -> str | None:
        """The number the session is paired with, None while it is not."""
        return self._session.report.number

    @property
    def connected(self) -> bool:
        """Whether the session can send now."""
        return self._session.report.status is SessionStatus.CONNECTED

    async def connected_soon(self) -> bool:
        """Whether the session is connected; waits a little for one that has only just begun to connect."""
        report = self._session.report
        if self.connected:
            return True
        if report.status not in COMING_UP:
            return False
        left = report.since + _SMOOTHED_MS - self._clock()
        return left > 0 and await self._session.wait_connected(min(left, _SMOOTHED_MS) / 1000)

    async def patiently(self, step: Callable[[], Awaitable[T]]) -> T:
        """The result of a store's step, tried again while the store is away: nothing else could go on either."""
        delay = _FIRST_RETRY
        while True:
            try:
                return await step()
            except StoreUnavailable as error:
                _log.warning("store_unavailable", error=str(error), next_try_in=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LAST_RETRY)

    async def expire(self, row: OutboundMessage) -> None:
        """End a row whose time has passed."""
        await self.patiently(
            lambda: self._messages.advance(row.id, MessageState.EXPIRED, now=self._clock(), only_from=OPEN)
        )

    def _may_send(self, job: Job) -> bool:
        """Whether the session's number is that of the message, which becomes the first one's where nobody was named."""
        if self.number is None:
            return True  # and cannot: nothing is connected
        job.sender = job.sender or self.number
        return job.sender == self.number

    async def _take(self, job: Job) -> DispatchReply | WagateError | None:
        """The conditional write that makes this process the only one that sends it."""
        if job.new is not None:
            begun = {**job.new.row.times, MessageState.SENDING: self._clock()}
            row = replace(job.new.row, state=MessageState.SENDING, epoch=self.epoch, times=begun, sender=job.sender)
            instead = await self._store(job, job.new, row)
            if job.taken or instead is not None:
                return instead
        delay, doubtful = _FIRST_RETRY, job.message_id in self._in_doubt
        while True:
            try:
                row = await self._messages.advance(
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
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LAST_RETRY)
        if row is None:
            return await self._as_it_is(job)
        job.taken = True
        job.sender = row.sender
        return None

    async def _stored(self, job: Job) -> DispatchReply | WagateError | None:
        """None when the job's row is in the store, put there now if it was not; else what is answered instead."""
        return None if job.new is None else await self._store(job, job.new, job.new.row)

    async def _store(self, job: Job, new: NewMessage, row: OutboundMessage) -> DispatchReply | WagateError | None:
        """Put a new message there as this row; None when one with its id is there, else what is answered instead."""
        if self._clock() < new.until:
            try:
                there = (await self._messages.accept(row, new.idempotency)).message
            except IdempotencyKeyReused as error:
                return error
            except StoreUnavailable as error:
                # Not tried again: its asker tries, and may have told its caller that it failed. But the row may be
                # there as SENDING although the answer was lost, and then nobody else ever touches it.
                if await self.patiently(lambda: self._own(job)) is None:
                    self._in_doubt.append(job.message_id)
                    return error
                # Again, and it is there already: whatever else the store keeps of a message is complete then.
                there = (await self.patiently(lambda: self._messages.accept(row, new.idempotency))).message
            if there.id != job.message_id:
                return NOT_BEGUN
            job.taken = there.state is MessageState.SENDING and there.epoch == self.epoch
            job.sender = there.sender or job.sender
        else:
            job.late = True
        job.new = None
        return None

    async def _own(self, job: Job) -> OutboundMessage | None:
        """The row when an earlier try of this process took it: nobody else writes SENDING with this epoch."""
        row = await self._messages.get(job.message_id)
        return row if row and row.state is MessageState.SENDING and row.epoch == self.epoch else None

    def _not_sent(self, job: Job, error: NotSent) -> Conclusion | None:
        job.tries += 1
        if error.refused and error.code is not None:
            if error.code == NOBODY and job.to.number is not None:
                self._lookups.forget(job.to.number)
            return Conclusion(MessageState.FAILED, self._clock(), error=refusal(error.code))
        if not self.connected:
            if job.queue:
                return None
            return Conclusion(MessageState.FAILED, self._clock(), error=self._disconnected())
        if job.tries < _TRIES:
            return None
        return Conclusion(MessageState.FAILED, self._clock(), error=WhatsAppRefused(f"It could not be sent: {error}"))

    async def _not_now(self, job: Job, error: WagateError) -> DispatchReply | WagateError:
        """It waits when it may; else it ends with this error."""
        if (instead := await self._stored(job)) is not None:
            return instead
        if not job.queue:
            return await self._end(job, MessageState.FAILED, error)
        if job.taken:
            return DispatchReply(state=MessageState.SENDING.value)
        row = await self.patiently(
            lambda: self._messages.advance(
                job.message_id,
                MessageState.QUEUED,
                now=self._clock(),
                only_from={MessageState.ACCEPTED},
                sender=job.sender or self.number,
            )
        )
        return await self._as_it_is(job) if row is None else outcome_of(row)

    async def _end(self, job: Job, state: MessageState, error: WagateError) -> DispatchReply | WagateError:
        """End a message that nobody handed over."""
        if (instead := await self._stored(job)) is not None:
            return instead
        if job.taken:
            return await self.conclude(job, Conclusion(MessageState.FAILED, self._clock(), error=error))
        row = await self.patiently(
            lambda: self._messages.advance(
                job.message_id, state, now=self._clock(), only_from=OPEN, failure=Failure.of(error)
            )
        )
        return await self._as_it_is(job) if row is None else error

    async def _as_it_is(self, job: Job) -> DispatchReply | WagateError:
        row = await self.patiently(lambda: self._messages.get(job.message_id))
        if row is None:  # a late one its asker may still put there, by whose clock it is not
            return NOT_BEGUN if job.late else MessageNotFound()
        return outcome_of(row)

    def _disconnected(self) -> Disconnected:
        code = self._session.qr
        return disconnection(self._session.report, self._clock(), code.text if code else None)


def _not_there(number: str, checked_at: int) -> NumberNotOnWhatsApp:
    return NumberNotOnWhatsApp(number=number, checkedAt=checked_at)
