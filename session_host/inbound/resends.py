"""Messages that a device of the other side could not decrypt and asks for again, after the library forgot them.

The library answers such a request by itself for what its client sent (`whatsapp.recent_sends`). What it forgot is sent
once more, as a new message of WhatsApp's: it cannot be told to use the old id. A device that has the first one would
show both, so that is done only for a person with a single device, which has just said that it has not. To the others
nothing is sent; the row says so.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from session_host.whatsapp.client import NotSent
from shared.backoff import Backoff
from shared.contracts.events import ResendAsked
from shared.errors import NotDecrypted, StoreUnavailable
from shared.jids import Jid
from shared.messages.model import Failure, MessageState, OutboundMessage
from shared.messages.ports import Messages

_log = structlog.get_logger()

_READ = frozenset({MessageState.SENT, MessageState.UNKNOWN})
"""States of a message that no device has shown to anybody, by what is known."""
_KNOWN_WITHIN_MS = 10 * 60_000
"""How long a session may take to say how many devices the person has; then the row tells of the message."""
_SENT_WITHIN_MS = 24 * 3_600_000
_AT_MOST = 1_000
_FIRST_PAUSE, _LAST_PAUSE = 1.0, 10.0

DevicesOf = Callable[[str, Jid], Awaitable[int]]
"""How many devices a person has, asked by a session; raises NotSent when it cannot be learnt now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its number in the journal."""

    seq: int
    session_uid: str
    event: ResendAsked


class Resends:
    """Answers requests one after the other. One that is not answered stays in the journal."""

    def __init__(
        self, messages: Messages, devices_of: DevicesOf, look: Callable[[str], None], clock: Callable[[], int]
    ) -> None:
        """`look` has a session look for messages that wait."""
        self._messages = messages
        self._devices_of = devices_of
        self._look = look
        self._clock = clock
        self._waiting: deque[Asked] = deque()
        self._there = asyncio.Event()
        self.on_done: Callable[[int], None] = lambda _seq: None
        """Told the journal's number of each request that is answered."""

    def ask(self, asked: Asked) -> None:
        """Take a request; beyond a thousand that wait, the row of the oldest one tells that it is not sent again."""
        self._waiting.append(asked)
        self._there.set()

    def forget(self, session_uid: str) -> None:
        """Drop those of a session that is being deleted."""
        self._waiting = deque(asked for asked in self._waiting if asked.session_uid != session_uid)

    async def run(self) -> None:
        """Answer requests as they come, until cancelled."""
        backoff = Backoff(_FIRST_PAUSE, _LAST_PAUSE)
        while True:
            await self._there.wait()
            if await self._answer_each():
                backoff.succeeded()
            else:
                await backoff.wait()

    async def _answer_each(self) -> bool:
        """Try all that wait once; whether none is left."""
        for _ in range(len(self._waiting)):
            if not self._waiting:  # forgotten meanwhile
                break
            asked = self._waiting.popleft()
            try:
                done = await self._answer(asked, late=len(self._waiting) >= _AT_MOST)
            except StoreUnavailable as error:
                _log.warning("resend_waits", session=asked.session_uid, error=error.message)
                done = False
            if done:
                self.on_done(asked.seq)
            else:
                self._waiting.append(asked)
        if self._waiting:
            return False
        self._there.clear()
        return True

    async def _answer(self, asked: Asked, *, late: bool) -> bool:
        row = await self._messages.by_wa_id(asked.session_uid, asked.event.id)
        if row is None or row.state not in _READ:
            return True  # not ours, or read by somebody: that device alone lacks it
        try:
            devices = await self._devices_of(asked.session_uid, Jid.parse(row.to))
        except NotSent:
            if not late and self._clock() - asked.event.at < _KNOWN_WITHIN_MS:
                return False
            devices = 0
        if devices == 1:
            await self._send_again(row, asked.event.id)
        else:
            await self._tell(row)
        return True

    async def _send_again(self, row: OutboundMessage, wa_id: str) -> None:
        now = self._clock()
        queued = await self._messages.requeue(row.id, wa_id, now=now, expires_at=now + _SENT_WITHIN_MS)
        if queued is not None:
            _log.info("resend", session=row.session_uid, message=row.id)
            self._look(row.session_uid)

    async def _tell(self, row: OutboundMessage) -> None:
        failure = Failure.of(NotDecrypted())
        await self._messages.advance(
            row.id, MessageState.UNKNOWN, now=self._clock(), only_from={MessageState.SENT}, failure=failure
        )
        _log.warning("not_decrypted", session=row.session_uid, message=row.id)
