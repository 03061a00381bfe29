"""Has a message sent by the shard that holds its session, or says what its row says came of it."""

from __future__ import annotations

import asyncio

from functions.hosts.owners import Owners
from functions.hosts.session_rows import SessionRows
from functions.sending.draft import Draft
from shared.backoff import Backoff
from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts.commands.messages import SendReply
from shared.deadline import Deadline
from shared.errors import (
    BusUnavailable,
    Disconnected,
    MessageNotFound,
    SessionNotFound,
    StoreUnavailable,
    WagateError,
)
from shared.ids import now_ms
from shared.messages.model import Failure, MessageState, OutboundMessage
from shared.messages.outcomes import is_sent, outcome_of
from shared.messages.ports import Messages
from shared.sessions.model import Desired, SessionStatus
from shared.sessions.ports import Sessions

_ANSWER_WITHIN = 3.0
"""Seconds without an answer after which the owner is asked once more: it joins the two, or its successor answers."""
_LAST_TRY = 1.0
"""Seconds that an owner has at least who was found in the last moment."""
_ANSWERED_SOON = 0.1
"""Seconds in which an owner that lets a session go, or its successor, says so."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.0
"""Seconds until the next owner is asked, after one that lets the session go."""


class Delivery:
    """The way of a message to its session's owner."""

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

    async def store_and_send(self, draft: Draft, row: OutboundMessage, deadline: Deadline) -> SendReply | None:
        """The short way: the owner stores and sends in one step (docs/adr/0010).

        None when it did not take it, nor will.

        Raises:
            NoAnswer: it may have taken it.
            WagateError: what it answered.
        """
        try:
            reply = await self._ask(draft, row, deadline, within=0, stored=False)
        except NoResponder:
            return None
        except StoreUnavailable as error:
            raise NoAnswer(error.message) from error
        return None if reply.state == MessageState.ACCEPTED else reply

    async def send_stored(self, draft: Draft, row: OutboundMessage, deadline: Deadline) -> SendReply:
        """What became of a message in the store by the deadline, or about a second later.

        When nobody holds the session a message that may not wait is given up, and will not be sent.

        Raises:
            WagateError: why it was not sent.
        """
        try:
            return await self._ask_until(draft, row, deadline)
        except NoResponder:
            self._session_rows.forget(draft.session)
            given_up = await self._give_up(row)
        except NoAnswer:
            return await self._look(row)
        if given_up is not None:
            return given_up
        try:  # somebody took it in the last moment
            return await self._ask(draft, row, deadline.at_least(_LAST_TRY), within=0)
        except (NoResponder, NoAnswer):
            return await self._look(row)

    async def _ask_until(self, draft: Draft, row: OutboundMessage, deadline: Deadline) -> SendReply:
        """Ask the owner, and then its successor: it may have died, or left the message to its row."""
        within, asked, pauses = self._owner_within, False, Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            left = deadline.left
            try:
                reply = await self._ask(draft, row, deadline, within=within)
            except (NoAnswer, NoResponder) as error:
                asked = asked or isinstance(error, NoAnswer)
                if not asked or left <= _ANSWER_WITHIN or not self._bus.connected:
                    raise
            else:
                pause = min(pauses.after_failure(), deadline.left - _ANSWERED_SOON)
                if reply.state != MessageState.ACCEPTED or pause <= 0:
                    return reply
                asked = True
                await asyncio.sleep(pause)
            within = deadline.left

    async def _ask(
        self, draft: Draft, row: OutboundMessage, deadline: Deadline, *, within: float, stored: bool = True
    ) -> SendReply:
        return await self._owners.reach(
            row.session_uid,
            draft.command(row, stored=stored),
            request_id=draft.request_id,
            within=within,
            answer_within=min(deadline.left, _ANSWER_WITHIN),
        )

    async def _give_up(self, row: OutboundMessage) -> SendReply | None:
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
            return SessionNotFound("The session was deleted. The message was not sent.")
        if session.desired is Desired.STOPPED:
            return stopped()
        return await self._owners.nobody()

    async def _look(self, row: OutboundMessage) -> SendReply:
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
        "The session is stopped. Nothing was sent or queued. Start it with POST /api/sessions/{name}/start.",
        connectionStatus=SessionStatus.STOPPED.value,
    )
