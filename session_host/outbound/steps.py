"""The steps of one message: may it go, hand it to WhatsApp, what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from session_host.outbound.albums import AlbumUnderWay, lay_out
from session_host.outbound.conclusions import KEPT_HERE, NOT_BEGUN, Answer, Conclusion, NotReady
from session_host.outbound.disconnection import COMING_UP, disconnection
from session_host.outbound.jobs import Job
from session_host.outbound.references import References
from session_host.outbound.referring import beside_of
from session_host.outbound.rows import Rows
from session_host.outbound.sending_session import SendingSession
from session_host.outbound.straight import Straight
from session_host.session.lookups import Lookups
from session_host.whatsapp.beside import Beside
from session_host.whatsapp.client import InDoubt, NotSent, Sent
from session_host.whatsapp.send_errors import NOBODY
from shared.contracts.content.album import Album
from shared.contracts.content.kind import AboutMessage, Content
from shared.errors import (
    Disconnected,
    Internal,
    MessageExpired,
    NumberNotOnWhatsApp,
    RateLimited,
    SenderChanged,
    SendUnknown,
    StoreUnavailable,
    WagateError,
    WhatsAppRefused,
    WhatsAppSilent,
)
from shared.jids import NEWSLETTER, PHONE, Jid
from shared.messages.model import ChatTimer, MessageState
from shared.messages.ports import ThreadedMessages
from shared.observing import traces as tracing
from shared.refusals import refusal
from shared.sessions.model import SessionStatus

_SMOOTHED_MS = 3_000
"""A send that meets a session which began to (re)connect less than this ago waits for it: a restart of a shard or a
short loss then costs a second instead of an error."""
_TRIES = 3
"""Times a message is handed over to a connected library that says it did not send it."""


class Steps:
    """The steps, for the messages of one session under one epoch."""

    def __init__(  # noqa: PLR0913 - what the steps work on
        self,
        *,
        session: SendingSession,
        rows: Rows,
        lookups: Lookups,
        clock: Callable[[], int],
        may_begin: Callable[[], bool],
        timer_of: Callable[[Jid], ChatTimer | None],
        references: References,
        undisturbed: asyncio.Lock | None = None,
        on_sent: Callable[[Jid, str, Content], None] = lambda _to, _wa_id, _content: None,
    ) -> None:
        """`may_begin` is asked on any thread; `timer_of` knows the disappearing timer of a chat.

        `undisturbed` is held for each attempt.
        """
        self.rows = rows
        self._session = session
        self._lookups = lookups
        self._clock = clock
        self._may_begin = may_begin
        self._timer_of = timer_of
        self._references = references
        self._undisturbed = undisturbed or asyncio.Lock()
        self._on_sent = on_sent
        self._threaded = rows.messages if isinstance(rows.messages, ThreadedMessages) else None

    @property
    def number(self) -> str | None:
        """The number the session is paired with, None while it is not."""
        return self._session.report.number

    @property
    def connected(self) -> bool:
        """Whether the session can send now."""
        return self._session.report.status is SessionStatus.CONNECTED

    async def attempt(self, job: Job, others_wait: Callable[[], bool]) -> Conclusion | Answer | NotReady | None:
        """Send a message if it may be sent now.

        Returns what came of handing it over; what is answered instead when it was not; that something comes first; None
        when WhatsApp certainly did not get it and it may be tried again. Whether `others_wait` behind it is asked on
        any thread.
        """
        async with self._undisturbed:
            instead = await self._check(job)
            if instead is not None:
                return instead
            return await self._hand_over(job, others_wait) if job.is_prepared else NotReady()

    # May it go

    async def _check(self, job: Job) -> Answer | None:
        """None when it may be handed over now, else what is answered instead."""
        if not self._may_begin():
            # The session may soon be another's, which finds the row: as it is or, once it is taken, from this process.
            return KEPT_HERE if job.taken else NOT_BEGUN
        if self._clock() >= job.expires_at:
            return await self.rows.end(job, MessageState.EXPIRED, MessageExpired())
        if not await self._connected_soon():
            return await self._not_now(job, self._disconnected())
        if not self._may_send(job):
            return await self.rows.end(job, MessageState.FAILED, SenderChanged())
        if not job.taken and job.to.number is not None and (instead := await self._address(job, job.to.number)):
            return instead
        return await self._look_up(job)

    async def _connected_soon(self) -> bool:
        """Whether the session is connected; waits a little for one that has only just begun to connect."""
        report = self._session.report
        if self.connected:
            return True
        if report.status not in COMING_UP:
            return False
        left = report.since + _SMOOTHED_MS - self._clock()
        return left > 0 and await self._session.wait_connected(min(left, _SMOOTHED_MS) / 1000)

    def _may_send(self, job: Job) -> bool:
        """Whether the session's number is that of the message, which becomes the first one's where nobody was named."""
        if self.number is None:
            return True  # and cannot: nothing is connected
        job.sender = job.sender or self.number
        return job.sender == self.number

    async def _address(self, job: Job, number: str) -> Answer | None:
        """Have the message go to WhatsApp's own address of the number; what is answered instead when it cannot go."""
        try:
            with tracing.step_of(job.trace, "check number", {tracing.TO: job.to}):
                known = await self._lookups.of_recipient(number)
        except NotSent:
            return await self._not_now(job, self._disconnected())
        except (RateLimited, WhatsAppSilent) as error:
            return await self._not_now(job, error)
        if not known.exists:
            absent = NumberNotOnWhatsApp(number=number, checkedAt=known.at)
            return await self.rows.end(job, MessageState.FAILED, absent)
        if known.jid is not None:
            job.address(known.jid)
        return None

    async def _look_up(self, job: Job) -> Answer | None:
        """Find what it answers or is about, where it does; what is answered instead when it cannot be said."""
        if job.beside is not None or (job.about is None and not isinstance(job.content, AboutMessage)):
            return None
        try:
            job.beside = await self.rows.patiently(lambda: self._beside(job))
        except AlbumUnderWay:
            return await self.rows.put_off(job, job.sender or self.number)
        except WagateError as error:
            return await self.rows.end(job, MessageState.FAILED, error)
        return None

    async def _beside(self, job: Job) -> Beside:
        report, now = self._session.report, self._clock()
        me = [*filter(None, [report.lid, f"{report.number}@{PHONE}"])]
        chats = [str(job.to), *self._lookups.lids_of(job.to)]
        return await beside_of(job.content, job.about, chats, me, self._references, now)

    async def _not_now(self, job: Job, error: WagateError) -> Answer:
        """It waits when it may; else it ends with this error."""
        if job.queue:
            return await self.rows.put_off(job, job.sender or self.number)
        return await self.rows.end(job, MessageState.FAILED, error)

    # Hand it over

    async def _hand_over(self, job: Job, others_wait: Callable[[], bool]) -> Conclusion | Answer | None:
        """Take its row and give it to WhatsApp; of an album the rows of its parts are there before."""
        if isinstance(job.content, Album) and not job.parts:
            album = job.content
            await self.rows.patiently(lambda: lay_out(job, album, self.rows.messages, self._clock()))
        straight = self._straight(job, others_wait)
        if straight is not None:
            try:
                return self._sent(await self._send(job, straight), straight.took, written=straight.written)
            except (NotSent, InDoubt) as error:
                straight.fail(error)
                if job.taken:
                    return self._failed(job, error, straight.took)
            if straight.asked and (instead := await self._not_claimed(job, straight)) is not None:
                return instead
        return await self._step_by_step(job)

    async def _step_by_step(self, job: Job) -> Conclusion | Answer | None:
        """The same with the event loop between the steps."""
        if not job.taken and (instead := await self.rows.take(job)) is not None:
            return instead
        if not self._may_begin():
            return KEPT_HERE
        if not self._may_send(job):  # only its row knew, or the session was paired anew while it was taken
            return Conclusion(MessageState.FAILED, self._clock(), error=SenderChanged())
        begun = time.monotonic()
        try:
            with tracing.step_of(job.trace, "hand to WhatsApp", {tracing.TO: job.to}, kind=tracing.Kind.CLIENT):
                sent = await self._send(job, None)
        except (NotSent, InDoubt) as error:
            return self._failed(job, error, time.monotonic() - begun)
        return self._sent(sent, time.monotonic() - begun)

    def _straight(self, job: Job, others_wait: Callable[[], bool]) -> Straight | None:
        """What is done around the call when the store has a thread for it, and nothing has to be asked before."""
        new = job.new
        if self._threaded is None or job.taken or new is None or self._clock() >= new.until:
            return None
        claim = self.rows.claim_of(job, new)

        def may_go_on() -> bool:
            return self._may_begin() and self.number == claim.sender

        return Straight(job, claim, new.idempotency, self._threaded, may_go_on=may_go_on, others_wait=others_wait)

    async def _not_claimed(self, job: Job, straight: Straight) -> Answer | None:
        """What is answered for a new message that went no further than to its row; None when it may go on."""
        if straight.accepted is not None:
            return self.rows.found(job, straight.accepted)
        error = straight.error or StoreUnavailable("The store did not answer in time.", retry_after=5.0)
        if isinstance(error, StoreUnavailable):
            return await self.rows.not_stored(job, error)
        return error if isinstance(error, WagateError) else Internal()

    async def _send(self, job: Job, straight: Straight | None) -> Sent:
        secret = self._session.secret_of(job.message_id)
        beside, timer = job.beside, self._timer_of(job.to)
        if timer is not None:
            beside = Beside(timer=timer) if beside is None else replace(beside, timer=timer)
        if beside is not None and job.thumbnail:
            beside = replace(beside, thumbnail=job.thumbnail)
        sent = await self._session.send(job.to, job.content, secret, beside, straight)
        self._on_sent(job.to, sent.wa_id, job.content)
        return sent

    # What came of it

    def _sent(self, sent: Sent, took: float, *, written: bool = False) -> Conclusion:
        return Conclusion(MessageState.SENT, sent.timestamp * 1000, sent.wa_id, took=took, written=written)

    def _failed(self, job: Job, error: NotSent | InDoubt, took: float) -> Conclusion | None:
        if isinstance(error, InDoubt):
            return Conclusion(MessageState.UNKNOWN, self._clock(), error.wa_id, SendUnknown(), took)
        job.tries += 1
        why = self._why_not(job, error)
        return None if why is None else Conclusion(MessageState.FAILED, self._clock(), error=why, took=took)

    def _why_not(self, job: Job, error: NotSent) -> WagateError | None:
        """Why it was not sent; None when it may be tried again."""
        if error.refused and error.code is not None:
            if error.code == NOBODY and job.to.number is not None:
                self._lookups.forget(job.to.number)
            return refusal(error.code, in_newsletter=job.to.server == NEWSLETTER)
        if not self.connected:
            return None if job.queue else self._disconnected()
        return None if job.tries < _TRIES else WhatsAppRefused(f"It could not be sent: {error}")

    def _disconnected(self) -> Disconnected:
        code = self._session.qr
        return disconnection(self._session.report, self._clock(), code.text if code else None)
