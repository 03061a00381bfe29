"""The steps of one message: may it go, take its row, hand it to WhatsApp, write down what came of it.

Each step is a conditional write on the row: whoever comes second is refused by the store and reads the row instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import structlog

from session_host.jobs import Job
from session_host.numbers import KnownNumbers
from session_host.outcomes import disconnection, failure_of, outcome_of
from session_host.whatsapp.client import InDoubt, NotSent, NumberCheck, Sent
from shared.contracts.commands import DispatchReply
from shared.contracts.content import Content
from shared.errors import (
    Disconnected,
    Internal,
    MessageExpired,
    MessageNotFound,
    NumberNotOnWhatsApp,
    SendUnknown,
    StoreUnavailable,
    WagateError,
    WhatsAppRefused,
)
from shared.jids import Jid
from shared.messages.model import OPEN, MessageState, OutboundMessage
from shared.messages.ports import Messages
from shared.sessions.model import SessionReport, SessionStatus

T = TypeVar("T")

_log = structlog.get_logger()

_SMOOTHED_MS = 3_000
"""A send that meets a session which began to (re)connect less than this ago waits for it: a restart of a shard or a
short loss then costs a second instead of an error."""
_FIRST_RETRY, _LAST_RETRY = 0.1, 5.0
_TRIES = 3
"""Times a message is handed over to a connected library that says it did not send it."""


class Sender(Protocol):
    """What is needed of a session to send its messages (`session_host.session.LiveSession`)."""

    @property
    def report(self) -> SessionReport:
        """What it is doing."""
        ...

    @property
    def qr(self) -> str | None:
        """The code it shows at the moment."""
        ...

    async def wait_connected(self, timeout: float) -> bool:  # noqa: ASYNC109 - the session's own way to wait
        """Whether it is connected, at the latest after so many seconds."""
        ...

    async def check_number(self, number: str) -> NumberCheck:
        """Ask WhatsApp; raises NotSent when there is no answer."""
        ...

    async def send(self, message_id: str, to: Jid, content: Content) -> Sent:
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

    def __init__(  # noqa: PLR0913 - what a send needs
        self,
        *,
        epoch: int,
        session: Sender,
        messages: Messages,
        numbers: KnownNumbers,
        clock: Callable[[], int],
    ) -> None:
        self._epoch = epoch
        self._session = session
        self._messages = messages
        self._numbers = numbers
        self._clock = clock

    async def prepare(self, job: Job) -> DispatchReply | WagateError | None:
        """Take the row for sending; None when it is taken, else what is answered instead."""
        if self._clock() >= job.expires_at:
            return await self._end(job, MessageState.EXPIRED, MessageExpired())
        if not await self.connected_soon():
            return await self._not_connected(job)
        if job.taken:
            return None
        if job.to.number is not None:
            try:
                known = await self._numbers.check(job.to.number, self._session.check_number)
            except NotSent:
                return await self._not_connected(job)
            if not known.exists:
                return await self._end(job, MessageState.FAILED, NumberNotOnWhatsApp(number=job.to.number))
        return await self._take(job)

    async def hand_over(self, job: Job) -> Conclusion | None:
        """Give a taken message to WhatsApp; None when it certainly did not get it and it may be tried again."""
        try:
            sent = await self._session.send(job.message_id, job.to, job.content)
        except NotSent as error:
            return self._not_sent(job, error)
        except InDoubt as error:
            return Conclusion(MessageState.UNKNOWN, self._clock(), error.wa_id, SendUnknown())
        # The row's time of SENT is WhatsApp's, so that a repeated request is answered with the same timestamp.
        return Conclusion(MessageState.SENT, sent.timestamp * 1000, sent.wa_id)

    async def conclude(self, job: Job, conclusion: Conclusion) -> DispatchReply | WagateError:
        """Write down what came of it, as often as it takes, and return the answer."""
        row = await self.patiently(
            lambda: self._messages.advance(
                job.message_id,
                conclusion.state,
                now=conclusion.at,
                wa_id=conclusion.wa_id,
                failure=failure_of(conclusion.error) if conclusion.state is MessageState.FAILED and conclusion.error else None,
            )
        )
        if conclusion.error is not None:
            return conclusion.error
        return await self._as_it_is(job) if row is None else outcome_of(row)

    async def connected_soon(self) -> bool:
        """Whether the session is connected; waits a little for one that has only just begun to connect."""
        report = self._session.report
        if report.status is SessionStatus.CONNECTED:
            return True
        if report.status not in {SessionStatus.STARTING, SessionStatus.RECONNECTING}:
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
                _log.warning("store_unavailable", error=error.message, next_try_in=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LAST_RETRY)

    async def _take(self, job: Job) -> DispatchReply | WagateError | None:
        doubtful = False
        delay = _FIRST_RETRY
        ...

    async def expire(self, row: OutboundMessage) -> None:
        """End a row whose time has passed."""
