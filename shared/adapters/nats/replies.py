"""Requests that wait for their reply: one subscription of this process takes the replies to all of them."""

from __future__ import annotations

import asyncio
import itertools
import secrets

from shared.adapters.nats.client import StraightClient
from shared.bus import NoAnswer, NoResponder

_NO_RESPONDERS = b"NATS/1.0 503"


class Replies:
    """The inbox of a process. Its name is random: nobody else is told where the replies go."""

    def __init__(self) -> None:
        self.prefix = f"_INBOX_wagate.{secrets.token_hex(12)}"
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count()

    async def subscribe(self, connection: StraightClient) -> None:
        """Take replies from now on, also after every reconnect."""
        await connection.take(f"{self.prefix}.*", self._take)

    async def ask(self, connection: StraightClient, subject: str, payload: bytes, within: float) -> bytes:
        """The reply; raises NoResponder, NoAnswer, or what publishing raised."""
        loop = asyncio.get_running_loop()
        reply_to = f"{self.prefix}.{next(self._numbers)}"
        reply = self._waiting[reply_to] = loop.create_future()
        late = loop.call_later(within, _end, reply, f"nobody answered on {subject} within {within:g} s")
        try:
            connection.say(subject, payload, reply_to)
            return await reply
        finally:
            late.cancel()
            del self._waiting[reply_to]

    def give_up(self) -> None:
        """End every wait with NoAnswer: the connection that the replies would come over is gone."""
        for reply in self._waiting.values():
            _end(reply, "the connection to NATS was lost while waiting for the answer")

    def _take(self, subject: str, _reply_to: str, payload: bytes, headers: bytes | None) -> None:
        reply = self._waiting.get(subject)
        if reply is None or reply.done():
            return  # it came too late
        if headers is not None and headers.startswith(_NO_RESPONDERS):
            reply.set_exception(NoResponder("nobody listens there"))
        else:
            reply.set_result(payload)


def _end(reply: asyncio.Future[bytes], why: str) -> None:
    if not reply.done():
        reply.set_exception(NoAnswer(why))
