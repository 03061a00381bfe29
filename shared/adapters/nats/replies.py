"""Requests that wait for their reply: one subscription of this process takes the replies to all of them."""

from __future__ import annotations

import asyncio
import itertools
import secrets

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.bus import NoAnswer, NoResponder

_NO_RESPONDERS = "503"


class Replies:
    """The inbox of a process. Its name is random: nobody else is told where the replies go."""

    def __init__(self) -> None:
        self.prefix = f"_INBOX_wagate.{secrets.token_hex(12)}"
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count()

    async def subscribe(self, connection: Client) -> None:
        """Take replies from now on, also after every reconnect."""
        await connection.subscribe(f"{self.prefix}.*", cb=self._take)

    async def ask(self, connection: Client, subject: str, payload: bytes, within: float) -> bytes:
        """The reply; raises NoResponder, NoAnswer, or what publishing raised."""
        reply_to = f"{self.prefix}.{next(self._numbers)}"
        reply: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[reply_to] = reply
        try:
            async with asyncio.timeout(within):
                await connection.publish(subject, payload, reply=reply_to)
                return await reply
        except TimeoutError as error:
            raise NoAnswer(f"nobody answered on {subject} within {within:g} s") from error
        finally:
            del self._waiting[reply_to]

    def give_up(self) -> None:
        """End every wait with NoAnswer: the connection that the replies would come over is gone."""
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(NoAnswer("the connection to NATS was lost while waiting for the answer"))

    async def _take(self, message: Msg) -> None:
        reply = self._waiting.get(message.subject)
        if reply is None or reply.done():
            return  # it came too late
        if message.headers is not None and message.headers.get("Status") == _NO_RESPONDERS:
            reply.set_exception(NoResponder("nobody listens there"))
        else:
            reply.set_result(message.data)
