"""The one door: an HTTP CONNECT proxy that is itself every host behind it.

Whatever name a client asks for, the connection it gets is TLS with this server's certificate and the HTTP server
behind. The proxied bytes are not copied to another socket: the accepted connection itself is upgraded.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Final, Literal, TypeAlias, cast

_log = logging.getLogger(__name__)
_MAX_HEAD: Final = 8192
_HEAD_SECONDS: Final = 10.0
_TLS_SECONDS: Final = 10.0

Gate: TypeAlias = "Callable[[], Literal['open', 'refuse', 'hang']]"
Factory: TypeAlias = "Callable[[], asyncio.Protocol]"


class ConnectProxy:
    """Listens on loopback. `gate` decides each CONNECT, `factory` makes the HTTP protocol for each connection."""

    def __init__(self, context: ssl.SSLContext, factory: Factory, gate: Gate) -> None:
        self.context = context
        self.factory = factory
        self.gate = gate
        self.upgrades: set[asyncio.Task[None]] = set()
        self.hanging: set[asyncio.Transport] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> int:
        """Listen on `port` of 127.0.0.1 (0: any free one), return the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Head(self), "127.0.0.1", port, backlog=1024)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening, and drop who has not got through yet."""
        if self._server is not None:
            self._server.close()
        for transport in self.hanging:
            transport.abort()
        upgrades = list(self.upgrades)
        for task in upgrades:
            task.cancel()
        await asyncio.gather(*upgrades, return_exceptions=True)


class _Head(asyncio.Protocol):
    """One connection until its TLS handshake is over: takes the CONNECT request, then hands the connection on."""

    def __init__(self, proxy: ConnectProxy) -> None:
        self._proxy = proxy
        self._data = b""
        self._task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._deadline = self._loop.call_later(_HEAD_SECONDS, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        self._data += data
        if self._task is not None:
            return  # the first bytes inside TLS, which came before the HTTP server took over
        if b"\r\n\r\n" not in self._data:
            if len(self._data) > _MAX_HEAD:
                self._refuse(b"431 Request Header Fields Too Large")
            return
        head, self._data = self._data.split(b"\r\n\r\n", 1)
        self._end_deadline()
        if not head.startswith(b"CONNECT "):
            self._refuse(b"405 Method Not Allowed")
            return
        decision = self._proxy.gate()
        if decision == "refuse":
            self._refuse(b"503 Service Unavailable")
        elif decision == "hang":
            self._proxy.hanging.add(self._transport)
        else:
            self._task = self._loop.create_task(self._upgrade())
            self._proxy.upgrades.add(self._task)
            self._task.add_done_callback(self._proxy.upgrades.discard)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._end_deadline()
        self._proxy.hanging.discard(self._transport)

    def _refuse(self, status: bytes) -> None:
        self._transport.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self._transport.close()

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    async def _upgrade(self) -> None:
        self._transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            secure = await self._loop.start_tls(
                self._transport,
                self,
                self._proxy.context,
                server_side=True,
                ssl_handshake_timeout=_TLS_SECONDS,
            )
        except (OSError, ssl.SSLError) as error:
            _log.warning("a client did not get through the TLS handshake: %s", error)
            return
        if secure is None:
            return
        protocol = self._proxy.factory()
        secure.set_protocol(protocol)
        protocol.connection_made(secure)
        if self._data:
            protocol.data_received(self._data)
