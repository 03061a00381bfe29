"""Events over a WebSocket: what comes is told, and what the caller acknowledges makes room for more."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import orjson
import structlog
from litestar.connection import ASGIConnection

from functions.events.asked import Asked, asked_for
from functions.events.following import Followed, following
from functions.events.socket import Hangup, Socket
from functions.events.window import Window
from functions.guards import Scope, api_key_of, key_in_address, let_pass
from functions.http.queries import whole_of_query
from functions.http.requests import Connection
from functions.http.session_names import one_of_query
from shared.errors import Internal, WagateError
from shared.events.cursor import written

LARGEST_WINDOW: Final = 1_000

_log = structlog.get_logger("functions")


async def serve(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
    """One WebSocket from its handshake to its end."""
    connection: Connection = ASGIConnection(scope, receive, send)
    socket = Socket(connection, receive, send)
    await receive()  # that it is wanted
    with suppress(Hangup):
        try:
            await _talk(connection, socket)
        except WagateError as error:
            await socket.end(error, one_of_query(connection, "after"))
        except Hangup:
            raise
        except Exception:  # noqa: BLE001 - it is told, and logged: nobody expected it
            _log.exception("websocket_failed")
            await socket.end(Internal(), None)


async def _talk(connection: Connection, socket: Socket) -> None:
    secret = api_key_of(connection)
    if secret is None:
        if (in_address := key_in_address(connection)) is not None:
            raise in_address
        await socket.accept()
        secret = await socket.key()
    await let_pass(connection, secret, Scope.MESSAGES_READ)
    asked = await asked_for(connection)
    bounded = one_of_query(connection, "window") is not None
    size = whole_of_query(connection, "window", most=LARGEST_WINDOW, default=1) if bounded else None
    async with following(connection, asked, secret) as followed:
        await socket.accept()
        window = Window(asked.key_id, written(followed.begin, asked.key_id), size)
        try:
            await _both(_tell(socket, window, asked, followed), _hear(socket, window))
        except WagateError as error:
            await socket.end(error, window.place)


async def _both(*ways: Any) -> None:  # noqa: ANN401 - coroutines
    """Both ways, until one of them ends; raises why."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _tell(socket: Socket, window: Window, asked: Asked, followed: Followed) -> None:
    await socket.tell(orjson.dumps({"type": "begin", "cursor": window.place}))
    async for each in followed.news:
        wanted = [event for event in each.events if asked.wants(event)]
        for event in wanted:
            await window.room()
            window.sent(event.position, event.cursor, event=True)
            await socket.tell(event.body)
        if not wanted:
            place = written(each.cursor, asked.key_id)
            window.sent(each.cursor.position, place, event=False)
            await socket.tell(orjson.dumps({"type": "place", "cursor": place}))


async def _hear(socket: Socket, window: Window) -> None:
    while True:
        said = await socket.hear()
        if said.ack is not None:
            window.acknowledge(said.ack)
