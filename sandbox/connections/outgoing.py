"""The stanzas on their way to one client."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from sandbox.wire.framing import frame
from sandbox.wire.nodes import Node, encode
from sandbox.wire.noise import TransportCipher


class Socket(Protocol):
    """The WebSocket under a connection."""

    async def send_bytes(self, data: bytes, /) -> None:
        """Send one binary message, waiting while the peer does not read."""
        ...

    async def close(self) -> object:
        """Say goodbye and close."""
        ...


class Outgoing:
    """The stanzas on their way to one client, sent in order by one task (`run`).

    Posting never waits: a client that stops reading must not hold up whoever writes to it. One that lets more than
    `max_backlog` stanzas gather is disconnected.
    """

    def __init__(self, socket: Socket, cipher: TransportCipher, max_backlog: int) -> None:
        self._socket = socket
        self._cipher = cipher
        self._max_backlog = max_backlog
        self._loop = asyncio.get_running_loop()
        self._queue: deque[tuple[float, Node | None]] = deque()
        self._wake = asyncio.Event()

    def post(self, node: Node, delay: float = 0.0) -> None:
        """Have `node` sent after all that was posted before, not sooner than in `delay` seconds."""
        if len(self._queue) >= self._max_backlog:
            self._queue.clear()
            self.close()
            return
        self._put(delay, node)

    def close(self, delay: float = 0.0) -> None:
        """Have the socket closed after all that was posted before, not sooner than in `delay` seconds."""
        self._put(delay, None)

    async def run(self) -> None:
        """Send until `close` is due.

        Raises:
            ConnectionError: The client is gone.
        """
        queue, socket, cipher = self._queue, self._socket, self._cipher
        while True:
            while queue:
                due, node = queue.popleft()
                if due and (wait := due - self._loop.time()) > 0:
                    await asyncio.sleep(wait)
                if node is None:
                    await socket.close()
                    return
                await socket.send_bytes(frame(cipher.encrypt(encode(node))))
            self._wake.clear()
            await self._wake.wait()

    def _put(self, delay: float, node: Node | None) -> None:
        self._queue.append((self._loop.time() + delay if delay else 0.0, node))
        self._wake.set()
