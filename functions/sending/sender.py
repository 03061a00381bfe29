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
from functions.sending.answered import Answered
from functions.sending.delivery import Delivery, stopped
from functions.sending.draft import Draft
from functions.sending.queue_room import QueueRoom
from shared.bus import Bus, NoAnswer
from shared.contracts.commands.messages import SendReply
from shared.deadline import Deadline
from shared.errors import BusUnavailable, SendInFlight, StoreUnavailable, WagateError
from shared.messages.model import Accepted, MessageState, OutboundMessage
from shared.messages.outcomes import is_sent, outcome_of
from shared.messages.ports import Messages
from shared.observing import traces as tracing
from shared.sessions.model import Desired
from shared.sessions.ports import Sessions

_UNWATCHED = 10.0
"""Seconds that a send nobody waits for (`wait` 0) is followed."""
_UNWATCHED_AT_MOST = 2_000
_LEAST_WAIT = 0.05
_STORE_LOST = (
    "The gateway's store stopped answering when it may have accepted the message already. Repeat the request with "
    "the same Idempotency-Key, or ask GET /api/messages/{id} after 'Retry-After' seconds."
)

log = structlog.get_logger("functions")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one send."""

    id: str
    outcome: SendReply
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
        self._bus = bus
        self._delivery = Delivery(messages, sessions, session_rows, owners, bus, owner_within)
        self._queue = QueueRoom(messages, queue_limit)
        self._answered = Answered()
        self._unwatched: set[asyncio.Task[None]] = set()

    async def send(self, draft: Draft) -> Report:
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
        if (known := self._answered.find(draft.idempotency)) is not None:
            return Report(*known, replayed=True)
        report = await self._send(draft)
        self._answered.keep(draft.idempotency, report.id, report.outcome)
        return report

    async def close(self) -> None:
        """Wait for the sends that nobody waits for; within their own deadline."""
        if self._unwatched:
            await asyncio.gather(*self._unwatched)

    async def _send(self, draft: Draft) -> Report:
        session = draft.session
        if session.desired is Desired.STOPPED and not draft.queue:
            raise stopped()
        if not self._bus.connected:
            raise BusUnavailable(retry_after=2)
        if draft.queue or not draft.wait:
            await self._queue.take(session.uid)
        row, doubtful, deadline = draft.row(), False, Deadline.after(draft.wait)
        if draft.wait and not draft.is_stored_first:
            try:
                outcome = await self._delivery.store_and_send(draft, row, deadline)
            except NoAnswer:
                outcome, doubtful = None, True
            if outcome is not None:
                return Report(row.id, outcome, replayed=False)
        accepted = await self._accepted(draft, row, doubtful=doubtful)
        return await self._from_store(draft, accepted, deadline, asked=row.id)

    async def _accepted(self, draft: Draft, row: OutboundMessage, *, doubtful: bool) -> Accepted:
        """Put it into the store, unless the owner has; `doubtful` says that it may have."""
        try:
            if row.sender is None:  # the session's row that was remembered may be older than its pairing
                fresh = await self._sessions.get(row.session_uid)
                row = replace(row, sender=None if fresh is None else fresh.report.number)
            with tracing.step("store as accepted", {tracing.MESSAGE: row.id}):
                return await self._messages.accept(row, draft.idempotency)
        except StoreUnavailable as error:
            if doubtful:
                raise _lost(error, row.id) from error
            raise

    async def _from_store(self, draft: Draft, accepted: Accepted, deadline: Deadline, *, asked: str) -> Report:
        """Have a message sent that is in the store: under the id that was `asked` for, or of an equal request."""
        row, replayed = accepted.message, not accepted.created and accepted.message.id != asked
        try:
            outcome = None if accepted.created else outcome_of(row)
            if outcome is None or not is_sent(outcome):
                outcome = await self._delivered(draft, row, deadline)
        except WagateError as error:
            # The store's own words are those of a request that was not accepted.
            told = _lost(error, row.id) if isinstance(error, StoreUnavailable) else error
            told.details.setdefault("id", row.id)
            if replayed:
                raise Replayed(told) from error
            raise told from error
        if replayed and not is_sent(outcome) and outcome.state != MessageState.QUEUED:
            raise SendInFlight(retry_after=2, id=row.id)
        return Report(row.id, outcome, replayed)

    async def _delivered(self, draft: Draft, row: OutboundMessage, deadline: Deadline) -> SendReply:
        if draft.wait:
            return await self._delivery.send_stored(draft, row, deadline.at_least(_LEAST_WAIT))
        if len(self._unwatched) < _UNWATCHED_AT_MOST:  # beyond, the owner finds the row by itself within seconds
            task = asyncio.create_task(self._deliver_unwatched(draft, row))
            self._unwatched.add(task)
            task.add_done_callback(self._unwatched.discard)
        return SendReply(state=row.state.value)

    async def _deliver_unwatched(self, draft: Draft, row: OutboundMessage) -> None:
        try:
            with contextlib.suppress(WagateError):  # it is in the row, where the sender looks for it
                await self._delivery.send_stored(draft, row, Deadline.after(_UNWATCHED))
        except Exception:
            log.exception("send failed", request_id=draft.request_id, message_id=row.id)


class Replayed(Exception):  # noqa: N818 - not an error of its own
    """What an earlier equal request ended in, told again."""

    def __init__(self, error: WagateError) -> None:
        super().__init__(error.message)
        self.error = error


def _lost(error: WagateError, message_id: str) -> StoreUnavailable:
    """The error of a request that may have been accepted."""
    return StoreUnavailable(_STORE_LOST, retry_after=error.retry_after, **{"id": message_id, **error.details})
