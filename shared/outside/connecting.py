"""Connections to addresses that strangers name: resolved once, and what was checked is what is connected to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final, cast

import httpcore
from typing_extensions import override

from shared.errors import MediaUrlRefused
from shared.outside.addresses import Allowed
from shared.outside.resolving import NotAllowed, Resolve, permitted, system_resolve

_TRIED: Final = 3
"""Addresses of one name that are connected to, at most."""


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
            addresses = await permitted(host, port, self._allowed, self._resolve)
        except NotAllowed as error:
            raise MediaUrlRefused(inside=str(error)) from error
        except OSError as error:  # a TimeoutError is one
            raise httpcore.ConnectError(f"the name cannot be resolved: {error}") from error
        last: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses[:_TRIED]:
            try:
                return await self._inside.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("the name has no address")

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
