"""Events as a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import AsyncExitStack

import orjson

from functions.events.asked import Asked
from functions.events.following import following
from functions.guards import api_key_of
from functions.http.requests import HttpRequest
from shared.errors import WagateError
from shared.events.cursor import Cursor, written
from shared.events.feed import News
from shared.events.telling import PublicEvent

_PIECE = 32 * 1024
"""Bytes."""


async def open_stream(request: HttpRequest, asked: Asked) -> AsyncGenerator[bytes]:
    """The pieces of the answer; raises what `following` raises before there are any."""
    stack = AsyncExitStack()
    followed = await stack.enter_async_context(following(request, asked, api_key_of(request) or ""))
    return _pieces(stack, followed.news, asked)


async def _pieces(stack: AsyncExitStack, news: AsyncGenerator[News], asked: Asked) -> AsyncGenerator[bytes]:
    cursor: Cursor | None = None
    async with stack:
        yield b": events follow\n\n"  # the answer's head goes out with it
        try:
            async for each in news:
                cursor = each.cursor
                told = False
                for piece in _small(_event(event) for event in each.events if asked.wants(event)):
                    told = True
                    yield piece
                if not told:
                    yield _place(written(cursor, asked.key_id))
        except WagateError as error:
            next_one = error.details.get("next") or (written(cursor, asked.key_id) if cursor else asked.after)
            end = {"code": error.code, "error": error.message, "next": next_one}
            yield b"event: end\ndata: %b\n\n" % orjson.dumps(end)


def _small(events: Iterable[bytes]) -> Iterator[bytes]:
    """The same in fewer pieces, made one by one: of who takes none of them one is in the buffer of its connection."""
    piece = b""
    for event in events:
        if piece and len(piece) + len(event) > _PIECE:
            yield piece
            piece = b""
        piece += event
    if piece:
        yield piece


def _event(event: PublicEvent) -> bytes:
    """JSON as orjson writes it has no line break."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event.cursor.encode(), event.type.encode(), event.body)


def _place(cursor: str) -> bytes:
    """No event, as it has no data: it says where to go on."""
    return b"id: %b\n\n" % cursor.encode()
