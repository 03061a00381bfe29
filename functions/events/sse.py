"""Events as a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
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
                wanted = [_event(event) for event in each.events if asked.wants(event)]
                for piece in _small(wanted) or [_place(written(cursor, asked.key_id))]:
                    yield piece
        except WagateError as error:
            next_one = error.details.get("next") or (written(cursor, asked.key_id) if cursor else asked.after)
            told = {"code": error.code, "error": error.message, "next": next_one}
            yield b"event: end\ndata: %b\n\n" % orjson.dumps(told)


def _small(events: list[bytes]) -> list[bytes]:
    """The same in fewer pieces: who takes none of them has one in the buffer of its connection, not all."""
    pieces: list[bytes] = []
    for event in events:
        if pieces and len(pieces[-1]) + len(event) <= _PIECE:
            pieces[-1] += event
        else:
            pieces.append(event)
    return pieces


def _event(event: PublicEvent) -> bytes:
    """JSON as orjson writes it has no line break."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event.cursor.encode(), event.type.encode(), event.body)


def _place(cursor: str) -> bytes:
    """No event, as it has no data: it says where to go on."""
    return b"id: %b\n\n" % cursor.encode()
