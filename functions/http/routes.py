"""Routes beside the API: pages and metrics; and what OPTIONS is answered, for all."""

from __future__ import annotations

from typing import Any

from litestar import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.types import Message, Scope

_ALLOW = b"allow"


def get(path: str, **more: Any) -> HTTPRouteHandler:  # noqa: ANN401 - as litestar's `get`
    """A route that is no part of the API and in none of its documents: of GET, and of HEAD (RFC 9110, 9.3.2)."""
    return HTTPRouteHandler(path, http_method=[HttpMethod.GET, HttpMethod.HEAD], **more)


async def name_methods(message: Message, scope: Scope) -> None:
    """Name every method in the answer to OPTIONS: litestar names those of the first handler of an address only."""
    asked: Any = scope
    if message["type"] != "http.response.start" or asked["method"] != HttpMethod.OPTIONS:
        return
    headers = list(message.get("headers", ()))
    if any(name == _ALLOW for name, _ in headers):
        routes: list[Any] = asked["litestar_app"].routes
        methods = {name for route in routes if route.path_format == asked["path_template"] for name in route.methods}
        others = [(name, value) for name, value in headers if name != _ALLOW]
        message["headers"] = [*others, (_ALLOW, ", ".join(sorted(methods)).encode())]
