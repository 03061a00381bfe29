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


class Streamed(Response[bytes]):
    """A response of `size` bytes; without `pieces` it has none, and says that it would (HEAD)."""

    def __init__(
        self,
        pieces: AsyncGenerator[bytes] | None,
        size: int,
        *,
        status: int,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(b"", status_code=status, media_type=media_type, headers=dict(headers))
        self.size = size
        self.pieces = pieces


async def send_pieces(pieces: AsyncGenerator[bytes], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
    """Send them until their end, or until the caller has left; the source is closed in either case.

    A source that fails in the middle leaves the answer unfinished: the server closes the connection, which tells the
    caller.
    """
    gone = asyncio.create_task(_until_gone(receive))
    try:
        async with aclosing(pieces) as source:
            async for piece in source:
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except WagateError as error:
        log.warning("answer_broken_off", error=str(error))
    finally:
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _until_gone(receive: Any) -> None:  # noqa: ANN401 - ASGI's
    while (await receive())["type"] != "http.disconnect":
        pass
