"""The trace of a request: it begins here, below the caller's own when the caller says which that is."""

from __future__ import annotations

from typing import Any, Final

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from functions.http.requests import request_id
from shared.observing import traces as tracing

_UNTRACED: Final = frozenset({"/health", "/ready"})
"""Asked every few seconds by whoever watches over the process."""
_SERVER_ERROR: Final = 500


def traced(app: ASGIApp) -> ASGIApp:
    """The application with a span around each request that has a route; for a process that records traces."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        asked: Any = scope
        route = asked.get("path_template")  # not the path: it may hold a number
        if asked["type"] != "http" or route in _UNTRACED:
            await app(scope, receive, send)
            return
        about = {
            "http.request.method": asked["method"],
            "http.route": route,
            tracing.REQUEST_ID: request_id(scope),
        }
        with tracing.begin(f"{asked['method']} {route}", _traceparent(asked), about) as step:

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    step.set({"http.response.status_code": message["status"]})
                    if message["status"] >= _SERVER_ERROR:
                        step.fail()
                await send(message)

            await app(scope, receive, answer)

    return handle


def _traceparent(scope: Any) -> str | None:  # noqa: ANN401 - ASGI's
    """What the header says when it is there once; whoever sends it is not refused for what it says."""
    values = [value for name, value in scope["headers"] if name == b"traceparent"]
    return values[0].decode("latin-1") if len(values) == 1 else None
