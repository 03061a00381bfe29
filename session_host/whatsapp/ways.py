"""The ways to WhatsApp: directly, through the host's proxy, or through one that a key chose for its session."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Protocol

from shared.outside.addresses import Allowed
from shared.outside.resolving import NotAllowed, permitted
from shared.proxy import Proxy

HOST, PORT = "web.whatsapp.com", 443
_OK = b"200"


class Way(Protocol):
    """One of them."""

    @property
    def reason(self) -> str:
        """Of a session that does not get through: `wa_unreachable` or `proxy_unreachable`."""
        ...

    @property
    def within(self) -> float:
        """Seconds in which it has to lead there."""
        ...

    @property
    def port(self) -> int:
        """The remote port of connections that take it."""
        ...

    @property
    def url(self) -> str | None:
        """Of its proxy, as the library takes it; None: it has none."""
        ...

    async def try_out(self) -> None:
        """Return when it leads to WhatsApp. Raises OSError."""
        ...


class Direct:
    """A connection to WhatsApp itself."""

    reason, within, port, url = "wa_unreachable", 3.0, PORT, None

    def __str__(self) -> str:
        return f"{HOST}:{PORT}"

    async def try_out(self) -> None:
        """Connect."""
        _, writer = await asyncio.open_connection(HOST, PORT)
        writer.close()


class ThroughProxy:
    """Through the proxy of the whole host."""

    reason, within = "wa_unreachable", 3.0

    def __init__(self, url: str) -> None:
        """Raises ValueError."""
        self._proxy = Proxy.parse(url)
        self.port, self.url = self._proxy.port, url

    def __str__(self) -> str:
        return f"proxy {self._proxy}"

    async def try_out(self) -> None:
        """Connect to it and, where it is an HTTP proxy, through it."""
        reader, writer = await asyncio.open_connection(self._proxy.host, self._proxy.port)
        try:
            if self._proxy.scheme == "http":
                await _connect(self._proxy, reader, writer)
        finally:
            writer.close()


class ThroughOwnProxy:
    """Through a session's own proxy: by an address that may be connected to, which is what the library is told too.

    One that cannot be read, or may not be connected to, is never gone around.
    """

    reason, within = "proxy_unreachable", 10.0

    def __init__(self, url: str, allowed: Allowed) -> None:
        self._allowed = allowed
        self._proxy = _parsed(url)
        self.port = PORT if self._proxy is None else self._proxy.port
        self.url = "none://"
        """Before it was tried out: a proxy with which the library refuses to connect."""

    def __str__(self) -> str:
        return "the session's proxy" if self._proxy is None else f"the session's proxy {self._proxy}"

    async def try_out(self) -> None:
        """Connect through it."""
        if self._proxy is None:
            raise OSError("its address cannot be read")
        proxy = await guarded(self._proxy, self._allowed)
        if proxy.scheme == "http":
            reader, writer = await asyncio.open_connection(proxy.host, proxy.port)
            try:
                await _connect(proxy, reader, writer)
            finally:
                writer.close()
        else:
            await _greet(proxy)
        self.url = proxy.url


async def guarded(proxy: Proxy, allowed: Allowed) -> Proxy:
    """The proxy of a stranger, by an address that may be connected to. Raises OSError."""
    try:
        addresses = await permitted(proxy.host, proxy.port, allowed)
    except NotAllowed as error:
        raise OSError(
            "it is in a private network, and the gateway does not connect there (WAGATE_URL_ALLOW)"
        ) from error
    return replace(proxy, host=addresses[0])


def _parsed(url: str) -> Proxy | None:
    try:
        return Proxy.parse(url)
    except ValueError:
        return None


async def _connect(proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = f"CONNECT {HOST}:{PORT} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\n{proxy.authorization}\r\n"
    writer.write(request.encode())
    status = (await reader.readline()).split(maxsplit=2)
    if len(status) < 2 or status[1] != _OK:  # noqa: PLR2004 - protocol, code, words
        words = b" ".join(status[1:]).decode(errors="replace").strip() or "it closed the connection"
        raise OSError(f"no way to {HOST}:{PORT}: {words}")


async def _greet(proxy: Proxy) -> None:
    from python_socks import ProxyError, ProxyType  # noqa: PLC0415 - few sessions have one
    from python_socks.async_.asyncio import Proxy as Socks  # noqa: PLC0415

    socks = Socks(ProxyType.SOCKS5, proxy.host, proxy.port, proxy.user, proxy.password or None, rdns=True)
    try:
        (await socks.connect(HOST, PORT)).close()
    except ProxyError as error:
        raise OSError(f"no way to {HOST}:{PORT}: {error}") from error
