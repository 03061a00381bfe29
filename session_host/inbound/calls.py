"""Rejects calls, and tells who called why, for sessions that chose so.

The text is a message as every other: in the store before this is done, sent once, by whoever holds the session then. An
idempotency key for each caller keeps it to one an hour, however often somebody rings and whoever dies meanwhile.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import structlog

from session_host.inbound.acting import Acting
from session_host.session.chosen import Chosen
from shared.contracts.commands.calls import RejectCall
from shared.contracts.content.text import Text
from shared.contracts.event import Person
from shared.contracts.own_events import CallToReject
from shared.ids import new_message_id
from shared.jids import PHONE
from shared.messages.model import Idempotency, MessageState, OutboundMessage
from shared.messages.ports import Messages

_log = structlog.get_logger()

_RINGS_FOR_MS, _TOLD_WITHIN_MS, _ONE_TEXT_IN_MS = 60_000, 10 * 60_000, 3_600_000
_AT_ONCE, _WAITING = 4, 50
_SAID_WITHIN = 5.0
_REMEMBERED = 200


class Calls:
    """Of one shard."""

    def __init__(self, messages: Messages, chosen: Chosen, sessions: Acting, clock: Callable[[], int]) -> None:
        """`clock`: milliseconds since 1970."""
        self._messages = messages
        self._chosen = chosen
        self._sessions = sessions
        self._clock = clock
        self._ringing: asyncio.Queue[tuple[str, CallToReject]] = asyncio.Queue(_WAITING)
        self._known: deque[tuple[str, str]] = deque(maxlen=_REMEMBERED)

    async def take(self, session_uid: str, call: CallToReject) -> None:
        """Have it rejected while it rings, and the text on its way. May be repeated. Raises StoreUnavailable."""
        choice, whose = self._chosen.of(session_uid).reject_calls, self._sessions.whose(session_uid)
        age = self._clock() - call.at
        if not choice.enabled or whose is None or age > _TOLD_WITHIN_MS:
            return
        if age <= _RINGS_FOR_MS and (session_uid, call.id) not in self._known:
            self._known.append((session_uid, call.id))
            with suppress(asyncio.QueueFull):  # so many ring that this one has to ring on
                self._ringing.put_nowait((session_uid, call))
        to = _address(call.caller)
        if choice.reply is None or to is None:
            return
        row = self._text(session_uid, whose.key_id, to, choice.reply, whose.number)
        accepted = await self._messages.accept(row, self._one_of(session_uid, to))
        if accepted.created:
            self._sessions.look(session_uid)

    async def run(self) -> None:
        """Reject calls as they come, until cancelled."""
        turns = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            while True:
                session_uid, call = await self._ringing.get()
                await turns.acquire()
                task = tasks.create_task(self._reject(session_uid, call), name="reject call")
                task.add_done_callback(lambda _: turns.release())

    async def _reject(self, session_uid: str, call: CallToReject) -> None:
        caller = call.caller.lid or _address(call.caller)
        if caller is None:
            return
        try:
            await self._sessions.ask(session_uid, RejectCall(caller=caller, call_id=call.id), within=_SAID_WITHIN)
        except Exception as error:  # noqa: BLE001 - whatever it is: it must not end the shard
            _log.info("call_not_rejected", session=session_uid, error=repr(error))

    def _text(self, session_uid: str, key_id: str, to: str, text: str, sender: str | None) -> OutboundMessage:
        now = self._clock()
        return OutboundMessage(
            id=new_message_id(),
            key_id=key_id,
            session_uid=session_uid,
            to=to,
            content=Text(text=text).model_dump(),
            created_at=now,
            expires_at=now + _TOLD_WITHIN_MS,
            queue=True,
            times={MessageState.ACCEPTED: now},
            sender=sender,
        )

    def _one_of(self, session_uid: str, to: str) -> Idempotency:
        key = hashlib.sha256(f"call\0{session_uid}\0{to}".encode()).hexdigest()
        return Idempotency(key, body_hash="", expires_at=self._clock() + _ONE_TEXT_IN_MS)


def _address(caller: Person) -> str | None:
    return f"{caller.number}@{PHONE}" if caller.number else caller.lid
