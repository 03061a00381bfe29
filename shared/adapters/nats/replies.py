"""Requests that wait for their reply: one subscription of this process takes the replies to all of them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from dataclasses import dataclass

from shared.adapters.nats.client import StraightClient
from shared.bus import NoAnswer, NoResponder

_NO_RESPONDERS = b"NATS/1.0 503"
_LOOK_EVERY = 0.05
"""Seconds between two looks for whoever has waited long enough."""


@dataclass(slots=True)
class _Wait:
    reply: asyncio.Future[bytes]
    until: float
    """By the clock of the loop."""
    subject: str


class Replies:
    """The inbox of a process. Its name is random: nobody else is told where the replies go."""

    def __init__(self) -> None:
        self.prefix = f"_INBOX_wagate.{secrets.token_hex(12)}"
        self._waiting: dict[str, _Wait] = {}
        self._numbers = itertools.count()
        self._looks = False

    async def subscribe(self, connection: StraightClient) -> None:
        """Take replies from now on, also after every reconnect."""
        await connection.take(f"{self.prefix}.*", self._take)

    async def ask(self, connection: StraightClient, subject: str, payload: bytes, within: float) -> bytes:
        """The reply; raises NoResponder, NoAnswer, or what publishing raised. `within` seconds, and 50 ms at most."""
        loop = asyncio.get_running_loop()
        reply_to = f"{self.prefix}.{next(self._numbers)}"
        wait = self._waiting[reply_to] = _Wait(loop.create_future(), loop.time() + within, subject)
        if not self._looks:
            self._look_later(loop)
        try:
            connection.say(subject, payload, reply_to)
            return await wait.reply
        finally:
            del self._waiting[reply_to]

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        """One timer for all who wait: one for each costs as much as writing what it asks."""
        self._looks = True
        loop.call_later(_LOOK_EVERY, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looks = False
        now = loop.time()
        for wait in self._waiting.values():
            if wait.until <= now:
                _end(wait.reply, f"nobody answered on {wait.subject} in time")
        if self._waiting:
            self._look_later(loop)

    def give_up(self) -> None:
        """End every wait with NoAnswer: the connection that the replies would come over is gone."""
        for wait in self._waiting.values():
            _end(wait.reply, "the connection to NATS was lost while waiting for the answer")

    def _take(self, subject: str, _reply_to: str, payload: bytes, headers: bytes | None) -> None:
        wait = self._waiting.get(subject)
        if wait is None or wait.reply.done():
            return  # it came too late
        reply = wait.reply
        if headers is not None and headers.startswith(_NO_RESPONDERS):
            reply.set_exception(NoResponder("nobody listens there"))
        else:
            reply.set_result(payload)


def _end(reply: asyncio.Future[bytes], why: str) -> None:
    if not reply.done():
        reply.set_exception(NoAnswer(why))
