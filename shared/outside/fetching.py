"""Fetches what strangers name, without being led anywhere by it: checked addresses, and an end to everything."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import unquote

import httpcore
import httpx

from shared.errors import MediaTooLarge, MediaUrlFailed, MediaUrlRefused
from shared.outside.addresses import Allowed
from shared.outside.connecting import GuardedBackend
from shared.outside.resolving import Resolve, system_resolve

_REDIRECTS: Final = 5
_TIMES: Final = {"connect": 10.0, "read": 15.0, "write": 10.0, "pool": 10.0}
"""Seconds for each step; `read` is between two pieces."""
_IN_ALL: Final = 120.0
"""Seconds for a fetch with all its redirects: a server that sends a byte now and then holds nothing for long."""
_AT_ONCE: Final = 64
_LONGEST_URL: Final = 4096
_OK, _MOVED = 200, frozenset({301, 302, 303, 307, 308})
_ASKED: Final = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "wagate"}
_NAMED: Final = re.compile(r"filename\*=(?:UTF-8|utf-8)''([^;\s]+)|filename=\"?([^\";]+)")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is being fetched."""

    url: str
    """Where it was, after redirects."""
    mimetype: str | None
    """What its server says."""
    file_name: str | None
    size: int | None
    """Bytes, where its server says so; never more than the limit."""
    chunks: AsyncGenerator[bytes]
    """Raises MediaTooLarge when more come than the limit allows, MediaUrlFailed when they end early."""


class Outside:
    """Close it at the end."""

    def __init__(self, allowed: Allowed, resolve: Resolve = system_resolve, tls: ssl.SSLContext | None = None) -> None:
        """`tls`: whom to believe; by default those whom the system believes."""
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=_AT_ONCE,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(allowed, resolve),
        )

    async def close(self) -> None:
        """End what is under way."""
        await self._pool.aclose()

    @asynccontextmanager
    async def fetch(self, url: str, limit: int) -> AsyncGenerator[Fetched]:
        """What is at an address, while the block runs.

        Args:
            url: `http` or `https`.
            limit: bytes it may have; counted while they come.

        Raises:
            MediaUrlRefused: the address, or one that it leads to, is not to be connected to.
            MediaUrlFailed: it does not answer, in time or with what was asked for.
            MediaTooLarge: its server says that it is larger.
        """
        async with AsyncExitStack() as stack:
            clock = asyncio.timeout(_IN_ALL)
            try:
                async with clock:
                    target, answer = await self._follow(_parsed(url), stack)
                    yield _fetched(target, answer, limit)
            except TimeoutError:
                if not clock.expired():
                    raise
                raise MediaUrlFailed(f"The address did not send the whole file within {_IN_ALL:g} s.") from None

    async def _follow(self, target: httpx.URL, stack: AsyncExitStack) -> tuple[httpx.URL, httpcore.Response]:
        for _ in range(_REDIRECTS + 1):
            answer = await self._ask(target, stack)
            if answer.status not in _MOVED:
                return target, answer
            location = _header(answer, b"location")
            await stack.aclose()
            if location is None:
                raise MediaUrlFailed("The address redirects, but does not say where.")
            target = _parsed(location, target)
        raise MediaUrlFailed(f"The address redirects more than {_REDIRECTS} times.")

    async def _ask(self, target: httpx.URL, stack: AsyncExitStack) -> httpcore.Response:
        asked = self._pool.stream(
            "GET",
            httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path),
            headers={**_ASKED, "host": target.netloc.decode("ascii")},
            extensions={"timeout": _TIMES},
        )
        with _told():
            return await stack.enter_async_context(asked)


def _fetched(target: httpx.URL, answer: httpcore.Response, limit: int) -> Fetched:
    if answer.status != _OK:
        raise MediaUrlFailed(f"The address answers with status {answer.status}.", answered=answer.status)
    if (_header(answer, b"content-encoding") or "identity").lower() != "identity":
        raise MediaUrlFailed("The address sends the file compressed, although the gateway did not ask for that.")
    declared = _header(answer, b"content-length")
    size = int(declared) if declared and declared.isascii() and declared.isdigit() else None
    if size is not None and size > limit:
        raise MediaTooLarge(f"The file at the address is larger than {limit} bytes.", limit=limit)
    return Fetched(
        url=str(target),
        mimetype=_header(answer, b"content-type"),
        file_name=_name(target, answer),
        size=size,
        chunks=_counted(answer, limit),
    )


async def _counted(answer: httpcore.Response, limit: int) -> AsyncGenerator[bytes]:
    came = 0
    stream = cast("AsyncGenerator[bytes]", answer.aiter_stream())
    with _told():
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                came += len(piece)
                if came > limit:
                    raise MediaTooLarge(f"The file at the address is larger than {limit} bytes.", limit=limit)
                yield piece


@contextmanager
def _told() -> Generator[None]:
    """Failures of the network as an error of the catalogue."""
    try:
        yield
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ssl.SSLError) as error:
        words = "does not answer in time" if isinstance(error, httpcore.TimeoutException) else "cannot be read"
        raise MediaUrlFailed(f"The address {words}.", inside=repr(error)) from error
    except httpcore.UnsupportedProtocol as error:
        raise MediaUrlRefused(inside=str(error)) from error


def _parsed(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address that may be asked, as far as it says itself."""
    if len(text) > _LONGEST_URL:
        raise MediaUrlRefused(f"The address has more than {_LONGEST_URL} characters.")
    try:
        url = httpx.URL(text) if base is None else base.join(text)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise MediaUrlRefused("This is not a valid address.", inside=str(error)) from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise MediaUrlRefused("The address does not begin with http:// or https://, or has no host.")
    if url.userinfo:
        raise MediaUrlRefused("The address has a user or a password in it, which would be visible in logs.")
    return url


def _header(answer: httpcore.Response, name: bytes) -> str | None:
    for key, value in answer.headers:
        if key.lower() == name:
            return value.decode("latin-1").strip()
    return None


def _name(target: httpx.URL, answer: httpcore.Response) -> str | None:
    """What the server calls it, else the last of its path."""
    named = _NAMED.search(_header(answer, b"content-disposition") or "")
    if named is not None:
        return unquote(named[1]) if named[1] else named[2].strip()
    return target.path.rpartition("/")[2] or None
