"""Routes of what the client library cannot do: they say so, to whoever may ask."""

from __future__ import annotations

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from functions.guards import Scope
from functions.routing import Method, route
from shared.errors import NotSupported
from shared.not_supported import LACKING

LACKS = "lacks"
"""In `opt` of such a route: the name of what is lacking."""


def unsupported(
    method: Method, path: str, name: str, operation: str, scope: Scope = Scope.MESSAGES_SEND
) -> HTTPRouteHandler:
    """A route that answers NOT_SUPPORTED with the words that `LACKING` has under this name; `operation` is its own."""
    lacking = LACKING[name]

    async def serve(**_words: FromQuery[str]) -> Response[bytes]:
        raise lacking.error()

    serve.__doc__ = f"Always answered with NOT_SUPPORTED: {lacking.what[0].lower()}{lacking.what[1:]} is not possible."
    serve.__name__ = operation
    made = route(method, path, scope=scope, errors=(NotSupported,))(serve)
    made.opt[LACKS] = name
    return made
