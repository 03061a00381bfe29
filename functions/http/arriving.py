"""A body as it comes, for those who keep no more of it than a piece, and for as long as its sender keeps up a pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final, cast

from functions.http.requests import HttpRequest, header
from shared.errors import BadRequest, RequestTimeout, UnsupportedMediaType

IDLE: Final = 30.0
"""Seconds in which something has to come; and those that a slow beginning is forgiven."""
PACE: Final = 16 * 1024
"""Bytes a second that have to come, taken over all of a body: a byte a minute holds nothing for long."""


async def pieces(request: HttpRequest) -> AsyncGenerator[bytes]:
    """The body, in pieces of at most 64 KiB or so.

    Raises:
        BadRequest: its sender left.
        RequestTimeout: it comes too slowly.
        UnsupportedMediaType: it is compressed.
    """
    if header(request, "Content-Encoding") not in {None, "", "identity"}:
        raise UnsupportedMediaType("The body is compressed; send it as it is, without 'Content-Encoding'.")
    loop = asyncio.get_running_loop()
    begun, came = loop.time(), 0
    while True:
        try:
            async with asyncio.timeout_at(min(begun + IDLE + came / PACE, loop.time() + IDLE)):
                event = await request.receive()
        except TimeoutError:
            raise RequestTimeout(
                f"The body came too slowly: nothing for {IDLE:g} s, or less than {PACE} bytes a second."
            ) from None
        if event["type"] == "http.disconnect":
            raise BadRequest("The connection was closed before the body had arrived.")
        piece = cast("bytes", event.get("body", b""))
        came += len(piece)
        if piece:
            yield piece
        if not event.get("more_body", False):
            return


def longest(size: int) -> float:
    """Seconds after which a body of so many bytes has come, or never will."""
    return 2 * IDLE + size / PACE


def declared_size(request: HttpRequest) -> int | None:
    """How many bytes the sender says the body has; None when it does not."""
    given = header(request, "Content-Length")
    return int(given) if given and given.isascii() and given.isdigit() else None
