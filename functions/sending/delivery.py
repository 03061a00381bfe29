"""Has a message sent that is in the store: by the shard that holds its session, or its row says what came of it."""

from __future__ import annotations

from functions.hosts.owners import Owners
from functions.hosts.session_rows import SessionRows
from functions.sending.by_owner import ANSWER_WITHIN
from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts.commands.messages import Dispatch, DispatchReply
from shared.contracts.content.kind import Content
from shared.deadline import Deadline
from shared.errors import BusUnavailable, Disconnected, MessageNotFound, SessionNotFound, WagateError
from shared.ids import now_ms
from shared.messages.model import Failure, MessageState, OutboundMessage
from shared.messages.outcomes import is_sent, outcome_of
from shared.messages.ports import Messages
from shared.sessions.model import Desired, Session, SessionStatus
from shared.sessions.ports import Sessions

_LAST_TRY = 1.0
"""Seconds that an owner has at least who was found in the last moment."""


class Delivery:
    """The way of a message from its row to the session's owner."""

    def __init__(  # noqa: PLR0913, PLR0917 - the ports it works on
        self,
        messages: Messages,
        sessions: Sessions,
        session_rows: SessionRows,
        owners: Owners,
        bus: Bus,
        owner_within: float,
    ) -> None:
        self._messages = messages
        self._sessions = sessions
        self._session_rows = session_rows
        self._owners = owners
        self._bus = bus
        self._owner_within = owner_within

    async def deliver(
        self, session: Session, row: OutboundMessage, content: Content, deadline: Deadline, *, request_id: str
    ) -> DispatchReply:
        """What became of the message by the deadline, or about a second later. Raises WagateError: why it was not sent.

        When nobody holds the session a message that may not wait is given up, and will not be sent.
        """
        try:
            return await self._dispatch(row, content, deadline, within=self._owner_within, request_id=request_id)
        except NoResponder:
            self._session_rows.forget(session)
            given_up = await self._give_up(row)
        except NoAnswer:
            return await self._look(row)
        if given_up is not None:
            return given_up
        try:  # somebody took it in the last moment
            return await self._dispatch(row, content, deadline.at_least(_LAST_TRY), within=0, request_id=request_id)
        except (NoResponder, NoAnswer):
            return await self._look(row)

    async def _dispatch(
        self, row: OutboundMessage, content: Content, deadline: Deadline, *, within: float, request_id: str
    ) -> DispatchReply:
        """Ask the owner, and again every few seconds: it may have died, and its successor knows what became of it."""
        command = Dispatch(
            message_id=row.id,
            to=row.to,
            content=content,
            queue=row.queue,
            expires_at=row.expires_at,
        )
        asked = False
        while True:
            left = deadline.left
            try:
                return await self._owners.reach(
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

    async def _give_up(self, row: OutboundMessage) -> DispatchReply | None:
        """Nobody holds the session: a queued message waits, another one ends here. None when somebody took it."""
        if row.queue:
            await self._messages.advance(row.id, MessageState.QUEUED, now=now_ms(), only_from={MessageState.ACCEPTED})
            return outcome_of(await self._fresh(row))
        await self._fail(row, await self._why_nobody(row.session_uid))
        return None

    async def _fail(self, row: OutboundMessage, error: WagateError) -> None:
        """End it with this error, which is raised, unless somebody took it."""
        failure = Failure.of(error)
        failed = await self._messages.advance(
            row.id, MessageState.FAILED, now=now_ms(), only_from={MessageState.ACCEPTED}, failure=failure
        )
        if failed is not None:
            raise error

    async def _why_nobody(self, uid: str) -> WagateError:
        session = await self._sessions.get(uid)
        if session is None or session.desired is Desired.DELETED:
            return SessionNotFound("The session was deleted; the message was not sent.")
        if session.desired is Desired.STOPPED:
            return stopped()
        return await self._owners.nobody()

    async def _look(self, row: OutboundMessage) -> DispatchReply:
        """The owner did not answer in time, or NATS went away meanwhile."""
        outcome = outcome_of(await self._fresh(row))
        if not is_sent(outcome) and not self._bus.connected and not row.queue:
            await self._fail(row, BusUnavailable(retry_after=2))
            return outcome_of(await self._fresh(row))
        return outcome

    async def _fresh(self, row: OutboundMessage) -> OutboundMessage:
        found = await self._messages.get(row.id)
        if found is None:
            raise MessageNotFound("The session was deleted meanwhile, and this message with it.")
        return found


def stopped() -> Disconnected:
    """The error of a send by a session that is to be stopped."""
    return Disconnected(
        "The session is stopped, nothing was sent or queued. Start it with POST /api/sessions/{name}/start.",
        connectionStatus=SessionStatus.STOPPED.value,
    )
