"""Connections to addresses that strangers name: resolved once, and what was checked is what is connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

import httpcore
from typing_extensions import override

from shared.errors import MediaUrlRefused
from shared.outside.addresses import Allowed

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a name, as text. Raises OSError."""

_RESOLVED_WITHIN: Final = 5.0
_RESOLVED_AT_ONCE: Final = 4
_TRIED: Final = 3
"""Addresses of one name that are connected to, at most."""
_resolvers = ThreadPoolExecutor(_RESOLVED_AT_ONCE, thread_name_prefix="resolve")
"""Of their own: a server of names that does not answer keeps no thread from files and the store."""


async def system_resolve(host: str, port: int) -> list[str]:
    """What the system says; it understands every form of an address as well. Raises OSError."""

    def ask() -> list[str]:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    async with asyncio.timeout(_RESOLVED_WITHIN):
        return await asyncio.get_running_loop().run_in_executor(_resolvers, ask)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """How httpcore connects. TLS is spoken with the name that the address has, and checked against it."""

    def __init__(self, allowed: Allowed, resolve: Resolve = system_resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._inside = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    @override
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to one of the name's addresses that are allowed.

        Raises:
            MediaUrlRefused: none is.
            httpcore.ConnectError: none answers, or the name has none.
        """
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:  # a TimeoutError is one; UnicodeError: no name at all
            raise httpcore.ConnectError(f"the name cannot be resolved: {error}") from error
        addresses = [each for each in dict.fromkeys(found) if self._allowed.permits(host, each)][:_TRIED]
        if not addresses:
            raise MediaUrlRefused(inside=f"{host}: {', '.join(found)}")
        last: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            try:
                return await self._inside.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("the name has no address")

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
