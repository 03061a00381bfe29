"""Posts to addresses that strangers name: checked addresses, no redirections, and an end to everything.

Connections, TLS and the reading of answers are aiohttp's; a request is written as it is, in one piece. An event is a
few hundred bytes: aiohttp's session would be most of what its delivery costs (docs/adr/0073).
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError, RawResponseMessage
from yarl import URL

from shared.outside.addresses import Allowed
from shared.outside.fair_resolving import FairResolving, names_of
from shared.outside.resolving import NotAllowed, Resolve, permitted
from shared.typed import override

_WITHIN: Final = 15.0
"""Seconds for all of it: the name, the connection, the request, the answer."""
_HEAD: Final = 1024
"""Bytes of an answer that are read."""
_HEAD_WITHIN: Final = 1.0
_AT_ONCE: Final = 2_000
_IDLE_FOR: Final = 30.0
_LONGEST_HEADER: Final = 4096
_TARGETS: Final = 1_000
_FIRST_REAL: Final = 200
_SWITCHING: Final = 101
_NO_TIMES: Final = aiohttp.ClientTimeout(total=None)
"""There is one around it all."""


class NotPosted(Exception):  # noqa: N818 - it says what is
    """There was no answer; the words are for the owner of the address."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What was answered."""

    status: int
    head: bytes
    """The first bytes of it, 1 KiB at most."""
    headers: Mapping[str, str]
    """Found by names in any case."""
    took: int
    """Milliseconds."""


@dataclass(frozen=True, slots=True)
class _Target:
    """An address, checked as far as it says itself where it leads."""

    asked: aiohttp.ClientRequest
    """Names its connections to the connector; nothing is sent by it."""
    head: str
    """The first lines of every request."""


class Poster:
    """Make one on the running loop; close it at the end."""

    def __init__(
        self,
        allowed: Allowed,
        resolve: Resolve | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        at_once: int = _AT_ONCE,
        within: float = _WITHIN,
    ) -> None:
        """Prepare.

        Args:
            allowed: where connections may be made although it is not the world.
            resolve: knows the addresses of names; by default the system, with a few threads for each who posts.
            tls: whom to believe; by default those whom the system believes.
            at_once: connections that are kept, at most.
            within: seconds for a post with its answer.
        """
        self._allowed = allowed
        self._within = within
        names = FairResolving() if resolve is None else resolve
        self._names = names if isinstance(names, FairResolving) else None
        self._connector = aiohttp.TCPConnector(
            resolver=_Guard(allowed, names),
            ssl=tls or ssl.create_default_context(),
            limit=at_once,
            keepalive_timeout=_IDLE_FOR,
            use_dns_cache=False,  # its waiters would share the turn of whoever asked first
        )
        self._target = lru_cache(_TARGETS)(self._looked_at)

    async def close(self) -> None:
        """End what is under way."""
        await self._connector.close()
        if self._names is not None:
            self._names.close()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, whose: str = "") -> Posted:
        """Post it, once; `whose` it is: names that are not resolved keep nobody else waiting.

        Raises:
            NotPosted: the address is not to be connected to, or did not answer within 15 s.
        """
        began = time.monotonic()
        try:
            target = self._target(url)
            request = _request(target.head, headers, body)
            async with asyncio.timeout(self._within):
                with names_of(whose):
                    connection = await self._connector.connect(target.asked, [], _NO_TIMES)
                try:
                    answer, head = await _exchange(connection.protocol, request)
                except BaseException:
                    connection.close()
                    raise
                connection.release()  # kept, unless there is more of the answer
        except TimeoutError:
            raise NotPosted(f"It did not answer within {self._within:g} s.") from None
        except NotAllowed:
            raise NotPosted(
                "It is in a private network, and the gateway does not connect there (WAGATE_URL_ALLOW)."
            ) from None
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            raise NotPosted(_words(error)) from error
        return Posted(answer.code, head, answer.headers, round((time.monotonic() - began) * 1000))

    def _looked_at(self, url: str) -> _Target:
        """An address whose host is a name, or an address that may be connected to: nobody resolves the latter."""
        target = URL(url)
        host = target.host or ""
        if target.scheme not in {"http", "https"} or not host:
            raise NotPosted("The address does not begin with http:// or https://, or has no host.")
        if ":" in host or host.replace(".", "").isdigit():
            try:
                address = str(ipaddress.ip_address(host))
            except ValueError:  # the system would read `0`, `127.1` or `2130706433` as one
                raise NotPosted("Its host is not a valid IP address: write four numbers with dots, or IPv6.") from None
            if not self._allowed.permits(host, address):
                raise NotAllowed(host)
        head = f"POST {target.raw_path_qs} HTTP/1.1\r\nhost: {target.host_port_subcomponent}\r\n"
        return _Target(aiohttp.ClientRequest("POST", target, loop=asyncio.get_running_loop()), head)


def _request(head: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """All bytes of a request. Raises ValueError for a header of several lines."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
        raise ValueError("a header has several lines")
    return f"{head}{lines}content-length: {len(body)}\r\n\r\n".encode() + body


async def _exchange(protocol: ResponseHandler | None, request: bytes) -> tuple[RawResponseMessage, bytes]:
    """Send a request; its answer, and the first bytes of that."""
    if protocol is None or protocol.transport is None:
        raise aiohttp.ServerDisconnectedError
    protocol.set_response_params(
        read_until_eof=True,
        auto_decompress=False,
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
    )
    protocol.transport.write(request)
    while True:
        answer, content = await protocol.read()
        if answer.code >= _FIRST_REAL or answer.code == _SWITCHING:  # others say that one follows
            return answer, await _head(content)


async def _head(content: aiohttp.StreamReader) -> bytes:
    """The first bytes of an answer, as far as they come soon: its status is what counts."""
    if content.is_eof():
        return content.read_nowait(_HEAD)
    head = bytearray()
    with suppress(TimeoutError):
        async with asyncio.timeout(_HEAD_WITHIN):
            while len(head) < _HEAD and (piece := await content.read(_HEAD - len(head))):
                head += piece
    return bytes(head)


class _Guard(AbstractResolver):
    """Knows only addresses that may be connected to."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await permitted(host, port, self._allowed, self._resolve)
        ]

    @override
    async def close(self) -> None:
        """It holds nothing."""


def _words(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "Its name cannot be resolved."
        case aiohttp.ClientSSLError():
            return f"TLS failed: {error}."
        case aiohttp.ClientConnectorError():
            why = os.strerror(error.os_error.errno) if error.os_error.errno else str(error.os_error)
            return f"It cannot be connected to: {why}."
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return "It closed the connection without an answer."
        case aiohttp.ClientPayloadError() | HttpProcessingError():
            return "Its answer is no HTTP."
        case _:
            return f"It cannot be asked: {error or type(error).__name__}."
