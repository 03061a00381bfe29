"""An answer's head goes out with the first of its body, in one write: each write is a call of the system.

uvicorn writes the head when the application begins its answer, which says nothing to anybody; ASGI asks of a server to
wait for the body (https://asgi.readthedocs.io/en/stable/specs/www.html#response-start-send-event).
"""

from __future__ import annotations

import asyncio
from typing import Any

_CONTINUE = b"HTTP/1.1 100 "


class WholeAnswer:
    """What uvicorn takes for the transport of one answer."""

    __slots__ = ("_begun", "_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self._begun = False

    def write(self, data: bytes) -> None:
        """Keep the first thing that is written; it is the head, unless it only asks for the request's body."""
        if not self._begun and not data.startswith(_CONTINUE):
            self._begun, self._head = True, data
            return
        head, self._head = self._head, b""
        self._transport.write(head + data if head else data)

    def end(self) -> None:
        """Write a head that nothing followed."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """End, and close the connection."""
        self.end()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the transport's own
        return getattr(self._transport, name)
