"""Posts to addresses that strangers name: checked addresses, no redirections, and an end to everything.

By aiohttp, whose parser is C: an event is a few hundred bytes, so the client is most of what a delivery costs. It keeps
connections, and checks the address of each that it makes.
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
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from shared.outside.addresses import Allowed
from shared.outside.resolving import NotAllowed, Resolve, permitted, system_resolve
from shared.typed import override

_WITHIN: Final = 15.0
"""Seconds for all of it: the name, the connection, the request, the answer."""
_HEAD: Final = 1024
"""Bytes of an answer that are read."""
_HEAD_WITHIN: Final = 1.0
_AT_ONCE: Final = 2_000
_IDLE_FOR: Final = 30.0
_NAME_KEPT_FOR: Final = 10
_LONGEST_HEADER: Final = 4096
_MANY: Final = aiohttp.ClientTimeout(total=None)


class NotPosted(Exception):  # noqa: N818 - it says what is
    """There was no answer; the words are for the owner of the address."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What was answered."""

    status: int
    head: bytes
    """The first bytes of it, 1 KiB at most."""
    headers: Mapping[str, str]
    """Names in lower case."""
    took: int
    """Milliseconds."""


class Poster:
    """Make one on the running loop; close it at the end."""

    def __init__(
        self,
        allowed: Allowed,
        resolve: Resolve = system_resolve,
        *,
        tls: ssl.SSLContext | None = None,
        at_once: int = _AT_ONCE,
        within: float = _WITHIN,
    ) -> None:
        """Prepare.

        Args:
            allowed: where connections may be made although it is not the world.
            resolve: knows the addresses of names.
            tls: whom to believe; by default those whom the system believes.
            at_once: connections that are kept, at most.
            within: seconds for a post with its answer.
        """
        self._allowed = allowed
        self._within = within
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Guard(allowed, resolve),
                ssl=tls or ssl.create_default_context(),
                limit=at_once,
                keepalive_timeout=_IDLE_FOR,
                ttl_dns_cache=_NAME_KEPT_FOR,
            ),
            timeout=_MANY,  # one around it all, below
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
            skip_auto_headers=("user-agent", "content-type", "accept-encoding"),
        )

    async def close(self) -> None:
        """End what is under way."""
        await self._session.close()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post it, once.

        Raises:
            NotPosted: the address is not to be connected to, or did not answer within 15 s.
        """
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._within):
                target = self._target(url)
                async with self._session.post(target, data=body, headers=headers, allow_redirects=False) as answer:
                    head = await _head(answer)
                    said = {name.lower(): value for name, value in answer.headers.items()}
                    return Posted(answer.status, head, said, round((time.monotonic() - began) * 1000))
        except TimeoutError:
            raise NotPosted(f"It did not answer within {self._within:g} s.") from None
        except NotAllowed:
            raise NotPosted("It leads to an address that is not the world's (WAGATE_URL_ALLOW).") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotPosted(_words(error)) from error

    def _target(self, url: str) -> URL:
        """An address whose host is a name, or an address that may be connected to: the client asks no resolver then."""
        target = URL(url)
        host = target.host or ""
        if target.scheme not in {"http", "https"} or not host:
            raise NotPosted("The address does not begin with http:// or https://, or has no host.")
        if ":" in host or host.replace(".", "").isdigit():
            try:
                address = str(ipaddress.ip_address(host))
            except ValueError:  # the system would read `0`, `127.1` or `2130706433` as one
                raise NotPosted("Its host is no address: four numbers with dots, or IPv6.") from None
            if not self._allowed.permits(host, address):
                raise NotAllowed(host)
        return target


async def _head(answer: aiohttp.ClientResponse) -> bytes:
    """The first bytes of an answer, as far as they come soon: its status is what counts."""
    head = bytearray()
    with suppress(TimeoutError):
        async with asyncio.timeout(_HEAD_WITHIN):
            while len(head) < _HEAD and (piece := await answer.content.read(_HEAD - len(head))):
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
        case aiohttp.ClientPayloadError() | aiohttp.ClientResponseError():
            return "Its answer is no HTTP."
        case _:
            return f"It cannot be asked: {error or type(error).__name__}."
