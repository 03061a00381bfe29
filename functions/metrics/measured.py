"""Measures every request of an application."""

from __future__ import annotations

import time

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from functions.http.requests import error_code
from functions.metrics.request_metrics import RequestMetrics


def measured(app: ASGIApp, metrics: RequestMetrics) -> ASGIApp:
    """The application, with every HTTP request counted; it knows nothing of it."""

    async def measure(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        status, began = 0, time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        metrics.began()
        try:
            await app(scope, receive, watch)
        finally:
            route = str(scope.get("path_template") or "")
            metrics.ended(scope["method"], route, status, error_code(scope), time.perf_counter() - began)

    return measure
