"""An answer whose bytes are given in pieces, as fast as its caller takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any

import structlog
from litestar import Response

from shared.errors import WagateError

log = structlog.get_logger("functions")


ENDLESS = "wagate.endless"


class Streamed(Response[bytes]):
    """A response of `size` bytes, or without end (None); without `pieces` it only says that it would be (HEAD)."""

    def __init__(
        self,
        pieces: AsyncGenerator[bytes] | None,
        size: int | None,
        *,
        status: int,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(b"", status_code=status, media_type=media_type, headers=dict(headers))
        self.size = size
        self.pieces = pieces


def ends_never(scope: Any) -> None:  # noqa: ANN401 - ASGI's
    """Note that the answer to a request has no end: the server does not wait for it when it ends itself."""
    scope.setdefault("extensions", {})[ENDLESS] = {}


async def send_pieces(pieces: AsyncGenerator[bytes], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
    """Send them until their end, or until the caller has left; the source is closed in either case.

    A source that fails in the middle leaves the answer unfinished: the server closes the connection, which tells the
    caller.
    """
    sending = asyncio.create_task(_send_all(pieces, send))
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, gone):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        with suppress(asyncio.CancelledError):
            await sending


async def _send_all(pieces: AsyncGenerator[bytes], send: Any) -> None:  # noqa: ANN401 - ASGI's
    try:
        async with aclosing(pieces) as source:
            async for piece in source:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except WagateError as error:
        log.warning("answer_broken_off", error=str(error))


async def _until_gone(receive: Any) -> None:  # noqa: ANN401 - ASGI's
    while (await receive())["type"] != "http.disconnect":
        pass
