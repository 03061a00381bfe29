"""The parent's end of the channel: asks, and finds each answer by its call number."""

from __future__ import annotations

import asyncio
import itertools
import socket

import orjson

from sandbox.contacts.errors import BY_CODE, ContactError
from sandbox.contacts.wire import MAX_LINE, Answer


class ChannelClosedError(Exception):
    """The process at the other end is gone."""


class Channel:
    """One connection to one child; `ended` is set once `read` has seen its end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._calls = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, object]]] = {}
        self.ended = asyncio.Event()

    @classmethod
    async def over(cls, end: socket.socket) -> Channel:
        """Return a channel over a connected socket."""
        return cls(*await asyncio.open_connection(sock=end, limit=MAX_LINE))

    async def ask(self, request: dict[str, object]) -> dict[str, object]:
        """Send a request of `wire` (without its call number), return its result; the caller has a deadline.

        Raises:
            ChannelClosedError: the child is gone, or went before it answered.
            ContactError: the child's own error, as the class of `errors` it was.
        """
        if self.ended.is_set():
            raise ChannelClosedError
        call = next(self._calls)
        answer = self._waiting[call] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(orjson.dumps({**request, "call": call}) + b"\n")
            await self._writer.drain()
            return await answer
        except ConnectionError as error:
            raise ChannelClosedError from error
        finally:
            del self._waiting[call]

    async def read(self) -> None:
        """Hand out answers until the child closes its end or is gone; then whoever waits gets an error."""
        try:
            while line := await self._reader.readline():
                self._settle(Answer.model_validate_json(line))
        except ConnectionError:
            pass  # how the end of a killed child looks, sometimes
        finally:
            self.ended.set()
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(ChannelClosedError())
            self._writer.close()

    def close(self) -> None:
        """Close this end, which tells the child to stop."""
        self._writer.close()

    def _settle(self, answer: Answer) -> None:
        waiting = self._waiting.get(answer.call)
        if waiting is None or waiting.done():
            return  # its asker's deadline has passed
        if answer.error is None:
            waiting.set_result(answer.result or {})
        else:
            waiting.set_exception(BY_CODE.get(answer.error, ContactError)(answer.text))
