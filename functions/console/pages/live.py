"""Tells open pages that something changed: they ask for what they show."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Final

from litestar import HttpMethod, Response
from litestar.params import FromPath

from functions.console.front.headers import SAFE
from functions.console.front.page import page, usable_key
from functions.console.front.visit import Visit
from functions.guards import Scope
from functions.http.streamed import Streamed
from functions.streaming.streams import Streams
from shared.errors import NotSupported, StoreUnavailable, WagateError
from shared.events.reading import LATEST
from shared.events.telling import PublicEvent
from shared.ids import check_session_name

_QUIET: Final = 1.0
_LOOK_EVERY: Final = 5
"""Quiet seconds after which the key is looked at again."""
_CHANGED: Final = b"event: changed\ndata: \n\n"
_OVER: Final = b"event: over\ndata: \n\n"
_STATES: Final = "session."
_MESSAGES: Final = "message."


@page("GET", "/console/live", scope=Scope.SESSIONS_READ, chats="none")
async def of_all(visit: Visit) -> Response[bytes]:
    """Tell whenever a session of the key comes into another state; `?of=message`: when something happens to one."""
    return await _live(visit, None, _MESSAGES if visit.query.one("of") == "message" else _STATES)


@page("GET", "/console/live/{name:str}", scope=Scope.SESSIONS_READ, chats="none")
async def of_one(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Tell whenever something happens to one session."""
    session = await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))
    return await _live(visit, session.uid, "")


async def _live(visit: Visit, uid: str | None, types: str) -> Response[bytes]:
    streams = visit.serving.streams
    if streams is None:
        raise NotSupported("A Lambda function cannot stream: the page asks every few seconds.")
    pieces = None if visit.request.method == HttpMethod.HEAD else _pieces(visit, streams, uid, types)
    headers = {**SAFE, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Streamed(pieces, None, status=200, media_type="text/event-stream", headers=headers)


async def _pieces(visit: Visit, streams: Streams, uid: str | None, types: str) -> AsyncGenerator[bytes]:
    """What is told once is told again a second later: a row may be written a moment after the event of it."""
    key_id, again, quiet = visit.tenant.id, False, 0
    yield b": changes follow\n\n"
    try:
        async with AsyncExitStack() as stack:
            cursor = await visit.serving.reading.begin(key_id, LATEST)
            stack.enter_context(streams.admitted(key_id))
            feed = await stack.enter_async_context(streams.feed(key_id, uid))
            news = await stack.enter_async_context(aclosing(feed.follow(cursor, _QUIET)))
            async for each in news:
                told = any(_is_of(event, types) for event in each.events)
                quiet = quiet + 1 if not each.events else _LOOK_EVERY
                if quiet >= _LOOK_EVERY:
                    quiet = 0
                    if not await _is_good(visit):
                        yield _OVER
                        return
                yield _CHANGED if told or (again and not each.events) else b":\n\n"
                again = told or (again and bool(each.events))
    except WagateError:
        return  # the browser comes back by itself


def _is_of(event: PublicEvent, types: str) -> bool:
    return event.type.startswith(types)


async def _is_good(visit: Visit) -> bool:
    """Whether the key still is what it was when the page was opened."""
    try:
        return visit.login is not None and await usable_key(visit.serving, visit.login) is not None
    except StoreUnavailable:
        return True


PAGES = (of_all, of_one)
