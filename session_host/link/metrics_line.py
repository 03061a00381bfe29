"""The line between a supervisor and its shard over which metrics are asked for.

A pair of connected sockets. One byte asks; the answer is the length of a page in decimal, a newline, the page. A shard
makes a page only when it is asked.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable
from typing import cast

import structlog

from shared.typed import override

_log = structlog.get_logger()

_QUESTION = b"?"
_NOTHING = b""
"""The answer of a shard that could not make a page."""
_ANSWERED_WITHIN = 2.0


class _End(asyncio.Protocol):
    """One end of the line."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None

    def close(self) -> None:
        """Hang up. May be repeated."""
        if self._transport is not None:
            self._transport.close()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none by its classes


class Asking(_End):
    """The supervisor's end. Answers come in the order of the questions."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: deque[asyncio.Future[bytes]] = deque()
        self._arrived = bytearray()

    @classmethod
    async def over(cls, end: socket.socket) -> Asking:
        """Ask over this socket, which is the line's from now on."""
        _, line = await asyncio.get_running_loop().create_unix_connection(cls, sock=end)
        return line

    async def page(self) -> bytes | None:
        """The shard's metrics now; None when it does not answer within 2 s, cannot make them, or has ended."""
        if self._transport is None or self._transport.is_closing():
            return None
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._transport.write(_QUESTION)
        try:
            return await asyncio.wait_for(answer, _ANSWERED_WITHIN) or None
        except (TimeoutError, ConnectionError):
            return None

    @override
    def data_received(self, data: bytes) -> None:
        self._arrived += data
        while (page := self._next()) is not None:
            asked = self._asked.popleft()
            if not asked.done():  # else its asker has given up
                asked.set_result(page)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        while self._asked:
            asked = self._asked.popleft()
            if not asked.done():
                asked.set_exception(ConnectionError("the shard has ended"))

    def _next(self) -> bytes | None:
        """The next whole page of what has arrived."""
        length, newline, _ = self._arrived.partition(b"\n")
        end = len(length) + 1 + int(length) if newline else 0
        if not newline or len(self._arrived) < end:
            return None
        page = bytes(self._arrived[len(length) + 1 : end])
        del self._arrived[:end]
        return page


class Answering(_End):
    """The shard's end: answers each question with a page, in their order, made on the event loop."""

    def __init__(self, page: Callable[[], Awaitable[bytes]]) -> None:
        super().__init__()
        self._page = page
        self._asked = 0
        self._making: asyncio.Task[None] | None = None

    @classmethod
    async def over(cls, fd: int, page: Callable[[], Awaitable[bytes]]) -> Answering:
        """Answer over the socket with this file descriptor, until the supervisor is gone or `close`."""
        end = socket.socket(fileno=fd)
        end.setblocking(False)  # noqa: FBT003 - the library's own way
        _, line = await asyncio.get_running_loop().create_unix_connection(lambda: cls(page), sock=end)
        return line

    @override
    def close(self) -> None:
        super().close()
        if self._making is not None:
            self._making.cancel()

    @override
    def data_received(self, data: bytes) -> None:
        self._asked += len(data)
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._answer(), name="metrics")

    async def _answer(self) -> None:
        while self._asked:
            self._asked -= 1
            try:
                page = await self._page()
            except Exception:  # noqa: BLE001 - whatever cannot be read: every question has its answer
                _log.exception("metrics_not_made")
                page = _NOTHING
            if self._transport is not None:
                self._transport.write(b"%d\n%b" % (len(page), page))
