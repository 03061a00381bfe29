"""The HTTP side of the hosts behind the proxy: the WebSocket at /ws/chat, the media servers, profile pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, cast

from aiohttp import web

from sandbox.connections.connection import Connection, Server
from sandbox.connections.network import Network
from sandbox.stanzas.begin import begin
from sandbox.stanzas.dispatch import dispatch
from sandbox.stanzas.end import end
from sandbox.transport.media_server import add_media_routes
from sandbox.transport.picture_server import add_picture_routes

_MAX_FRAME: Final = 1 << 24
_GOODBYE_SECONDS: Final = 0.5
_PATIENT_CLIENT: Final = "Go-http-client"


def chat_application(network: Network) -> web.Application:
    """Return the HTTP application that serves a network's clients."""
    server = Server(network.settings, network.trust.static, network.certificate, network.faults, network.journal)

    async def chat(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            timeout=_GOODBYE_SECONDS, compress=False, max_msg_size=_MAX_FRAME, decode_text=False
        )
        await socket.prepare(request)
        is_patient = request.headers.get("User-Agent", "").startswith(_PATIENT_CLIENT)
        pause = 0.0 if is_patient else network.settings.first_stanza_delay
        connection = Connection(server, socket, cast("asyncio.Transport", request.transport), pause=pause)
        await connection.run(partial(begin, network), partial(dispatch, network), partial(end, network))
        return socket

    application = web.Application()
    application.router.add_get("/ws/chat", chat)
    add_media_routes(application, network)
    add_picture_routes(application, network)
    return application


async def serve(application: web.Application, shutdown: float) -> tuple[web.AppRunner, Callable[[], asyncio.Protocol]]:
    """Return the runner of an application without a socket of its own, and what makes a protocol per connection."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=shutdown)
    await runner.setup()
    server = runner.server
    if server is None:
        raise RuntimeError("the HTTP server did not start")
    return runner, server
