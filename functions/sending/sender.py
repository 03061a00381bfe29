"""Sends a message: by the shard that holds the session at once or, when there is none, by a row that waits for one.

The row decides everything: of two who would send it, or give it up, the store refuses one.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace

import structlog

from functions.hosts.owners import Owners
from functions.hosts.session_rows import SessionRows
from functions.sending import outcomes
from functions.sending.answered import Answered
from functions.sending.by_owner import ANSWER_WITHIN, send_by_owner
from functions.sending.draft import Draft
from functions.sending.outcomes import Outcome, Pending
from functions.sending.queue_room import QueueRoom
from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts.commands.messages import Dispatch
from shared.contracts.content.kind import Content
from shared.errors import (
    BusUnavailable,
    Disconnected,
    MessageNotFound,
    SendInFlight,
    SessionNotFound,
    StoreUnavailable,
    WagateError,
)
from shared.ids import now_ms
from shared.messages.model import Failure, Idempotency, MessageState, OutboundMessage
from shared.messages.ports import Messages
from shared.observing import traces as tracing
from shared.sessions.model import Desired, Session, SessionStatus
from shared.sessions.ports import Sessions

_UNWATCHED = 10.0
"""Seconds that a send nobody waits for (`wait` 0) is followed."""
_UNWATCHED_AT_MOST = 2_000
_LEAST_WAIT = 0.05
_STORE_LOST = (
    "The gateway's store stopped to answer when the message may have been accepted already. Repeat the request with "
    "the same Idempotency-Key, or ask GET /api/messages/{id} after 'Retry-After' seconds."
)

log = structlog.get_logger("functions")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one send."""

    id: str
    outcome: Outcome
    replayed: bool


class Sender:
    """The way of a message from a request to its owner."""

    def __init__(  # noqa: PLR0913 - the ports it works on
        self,
        *,
        messages: Messages,
        sessions: Sessions,
        session_rows: SessionRows,
        owners: Owners,
        bus: Bus,
        owner_within: float,
        queue_limit: int = 1000,
    ) -> None:
        self._messages = messages
        self._sessions = sessions
        self._session_rows = session_rows
        self._owners = owners
        self._bus = bus
        self._owner_within = owner_within
        self._queue = QueueRoom(messages, queue_limit)
        self._answered = Answered()
        self._unwatched: set[asyncio.Task[None]] = set()

    async def send(self, session: Session, draft: Draft, idempotency: Idempotency | None, *, request_id: str) -> Report:
        """Store the message, have it sent, and say where it is within about `draft.wait` seconds.

        Raises:
            Disconnected: the session is stopped (nothing was stored), or its owner says why it is not connected.
            BusUnavailable: NATS is away.
            QueueFull: as many messages of the session wait as may.
            NoHost: nobody holds the session; the message was given up and will not be sent.
            SendInFlight: an equal send has not ended within `wait`.
            SendUnknown: see there.
            WagateError: what the owner or the store answered.
        """
        if (known := self._answered.find(idempotency)) is not None:
            return Report(*known, replayed=True)
        report = await self._send(session, draft, idempotency, request_id)
        self._answered.keep(idempotency, report.id, report.outcome)
        return report

    async def close(self) -> None:
        """Wait for the sends that nobody waits for; within their own deadline."""
        if self._unwatched:
            await asyncio.gather(*self._unwatched)

    async def _send(self, session: Session, draft: Draft, idempotency: Idempotency | None, request_id: str) -> Report:
        if session.desired is Desired.STOPPED and not draft.queue:
            raise _stopped()
        if not self._bus.connected:
            raise BusUnavailable(retry_after=2)
        if draft.queue or not draft.wait:
            await self._queue.take(session.uid)
        row, doubtful = draft.row(session), False
        if draft.wait:
            clock = asyncio.get_running_loop().time
            begun = clock()
            try:
                outcome = await send_by_owner(self._owners, row, draft, idempotency, request_id=request_id)
            except NoAnswer:
                outcome, doubtful = None, True
            if outcome is not None:
                return Report(row.id, outcome, replayed=False)
            draft = replace(draft, wait=max(draft.wait - (clock() - begun), _LEAST_WAIT))
        return await self._by_store(session, row, draft, idempotency, request_id, doubtful=doubtful)

    async def _by_store(  # noqa: PLR0913 - all of a request
        self,
        session: Session,
        row: OutboundMessage,
        draft: Draft,
        idempotency: Idempotency | None,
        request_id: str,
        *,
        doubtful: bool,
    ) -> Report:
        """Put it into the store, unless the owner has, and have it sent from there."""
        asked = row.id
        try:
            if row.sender is None:  # the session's row that was remembered may be older than its pairing
                row = replace(row, sender=await self._number_of(session))
            with tracing.step("store as accepted", {tracing.MESSAGE: row.id}):
                accepted = await self._messages.accept(row, idempotency)
        except StoreUnavailable as error:
            if doubtful:
                error.message = _STORE_LOST
                error.details.setdefault("id", asked)
            raise
        row, replayed = accepted.message, not accepted.created and accepted.message.id != asked
        try:
            outcome = await self._outcome(session, row, draft, request_id=request_id, made=accepted.created)
            if replayed and isinstance(outcome, Pending) and outcome.state is not MessageState.QUEUED:
                raise SendInFlight(retry_after=2)
        except WagateError as error:
            error.details.setdefault("id", row.id)
            if isinstance(error, StoreUnavailable):  # its own words are those of a request that was not accepted
                error.message = _STORE_LOST
            if replayed and not isinstance(error, SendInFlight):
                raise Replayed(error) from error
            raise
        return Report(row.id, outcome, replayed)

    async def _outcome(
        self, session: Session, row: OutboundMessage, draft: Draft, *, request_id: str, made: bool
    ) -> Outcome:
        if not made:
            known = outcomes.of_row(row)
            if not isinstance(known, Pending):
                return known
        if draft.wait:
            return await self._deliver(session, row, draft, wait=draft.wait, request_id=request_id)
        if len(self._unwatched) < _UNWATCHED_AT_MOST:  # beyond, the owner finds the row by itself within seconds
            task = asyncio.create_task(self._deliver_unwatched(session, row, draft, request_id))
            self._unwatched.add(task)
            task.add_done_callback(self._unwatched.discard)
        return Pending(row.state)

    async def _deliver_unwatched(self, session: Session, row: OutboundMessage, draft: Draft, request_id: str) -> None:
        try:
            with contextlib.suppress(WagateError):  # it is in the row, where the sender looks for it
                await self._deliver(session, row, draft, wait=_UNWATCHED, request_id=request_id)
        except Exception:
            log.exception("send failed", request_id=request_id, message_id=row.id)

    async def _deliver(
        self, session: Session, row: OutboundMessage, draft: Draft, *, wait: float, request_id: str
    ) -> Outcome:
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            return await self._dispatch(row, draft.content, within=self._owner_within, wait=wait, request_id=request_id)
        except NoResponder:
            self._session_rows.forget(session)
            given_up = await self._give_up(row)
        except NoAnswer:
            return await self._look(row)
        if given_up is not None:
            return given_up
        try:  # somebody took it in the last moment
            left = wait - (clock() - begun)
            return await self._dispatch(row, draft.content, within=0, wait=max(left, 1.0), request_id=request_id)
        except (NoResponder, NoAnswer):
            return await self._look(row)

    async def _dispatch(
        self, row: OutboundMessage, content: Content, *, within: float, wait: float, request_id: str
    ) -> Outcome:
        """Ask the owner, and again every few seconds: it may have died, and its successor knows what became of it."""
        command = Dispatch(
            message_id=row.id,
            to=row.to,
            content=content,
            queue=row.queue,
            expires_at=row.expires_at,
        )
        clock = asyncio.get_running_loop().time
        until = clock() + wait
        asked = False
        while True:
            left = until - clock()
            try:
                reply = await self._owners.reach(
                    row.session_uid,
                    command,
                    request_id=request_id,
                    within=within,
                    answer_within=min(left, ANSWER_WITHIN),
                )
            except (NoAnswer, NoResponder) as error:
                asked = asked or isinstance(error, NoAnswer)
                if not asked or left <= ANSWER_WITHIN or not self._bus.connected:
                    raise
                within = left
            else:
                return outcomes.of_reply(reply)

    async def _give_up(self, row: OutboundMessage) -> Outcome | None:
        """Nobody holds the session: a queued message waits, another one ends here. None when somebody took it."""
        if row.queue:
            await self._messages.advance(row.id, MessageState.QUEUED, now=now_ms(), only_from={MessageState.ACCEPTED})
            return outcomes.of_row(await self._fresh(row))
        error = await self._why_nobody(row.session_uid)
        return await self._fail(row, error)

    async def _fail(self, row: OutboundMessage, error: WagateError) -> None:
        failure = Failure.of(error)
        failed = await self._messages.advance(
            row.id, MessageState.FAILED, now=now_ms(), only_from={MessageState.ACCEPTED}, failure=failure
        )
        if failed is not None:
            raise error

    async def _number_of(self, session: Session) -> str | None:
        """The number it is paired with, as the store has it now."""
        fresh = await self._sessions.get(session.uid)
        return None if fresh is None else fresh.report.number

    async def _why_nobody(self, uid: str) -> WagateError:
        session = await self._sessions.get(uid)
        if session is None or session.desired is Desired.DELETED:
            return SessionNotFound("The session was deleted; the message was not sent.")
        if session.desired is Desired.STOPPED:
            return _stopped()
        return await self._owners.nobody()

    async def _look(self, row: OutboundMessage) -> Outcome:
        """The owner did not answer in time, or NATS went away meanwhile."""
        outcome = outcomes.of_row(await self._fresh(row))
        if isinstance(outcome, Pending) and not self._bus.connected and not row.queue:
            await self._fail(row, BusUnavailable(retry_after=2))
            return outcomes.of_row(await self._fresh(row))
        return outcome

    async def _fresh(self, row: OutboundMessage) -> OutboundMessage:
        found = await self._messages.get(row.id)
        if found is None:
            raise MessageNotFound("The session was deleted meanwhile, and this message with it.")
        return found


class Replayed(Exception):  # noqa: N818 - not an error of its own
    """What an earlier equal request ended in, told again."""

    def __init__(self, error: WagateError) -> None:
        super().__init__(error.message)
        self.error = error


def _stopped() -> Disconnected:
    return Disconnected(
        "The session is stopped, nothing was sent or queued. Start it with POST /api/sessions/{name}/start.",
        connectionStatus=SessionStatus.STOPPED.value,
    )
