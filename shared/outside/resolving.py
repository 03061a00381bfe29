"""The addresses of a name that strangers gave: resolved once, and what was checked is what is connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from shared.outside.addresses import Allowed

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a name, as text. Raises OSError."""

_RESOLVED_WITHIN: Final = 5.0
_RESOLVED_AT_ONCE: Final = 4
_resolvers = ThreadPoolExecutor(_RESOLVED_AT_ONCE, thread_name_prefix="resolve")
"""Of their own: a server of names that does not answer keeps no thread from files and the store."""


class NotAllowed(Exception):  # noqa: N818 - it says what is
    """None of a name's addresses may be connected to."""


async def system_resolve(host: str, port: int) -> list[str]:
    """What the system says; it understands every form of an address as well. Raises OSError."""

    def ask() -> list[str]:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

    async with asyncio.timeout(_RESOLVED_WITHIN):
        return await asyncio.get_running_loop().run_in_executor(_resolvers, ask)


async def permitted(host: str, port: int, allowed: Allowed, resolve: Resolve = system_resolve) -> list[str]:
    """The addresses of a name that may be connected to, one at least.

    Raises:
        NotAllowed: it has none of those; says which it has.
        OSError: the name cannot be resolved, in time or at all.
    """
    try:
        found = await resolve(host, port)
    except UnicodeError as error:  # no name at all
        raise OSError(str(error)) from error
    addresses = [each for each in dict.fromkeys(found) if allowed.permits(host, each)]
    if not addresses:
        raise NotAllowed(f"{host}: {', '.join(found)}")
    return addresses
