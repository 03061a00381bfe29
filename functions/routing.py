"""How a route is declared: once, with everything that is to be known of it.

Its guard, the OpenAPI document, docs/http-api.md and the tests of isolation and of documents read the declaration.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Literal

from litestar import HttpMethod, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import Guard
from pydantic import BaseModel

from functions.access.limits import Chats
from functions.guards import Needed, Scope, admin_key, api_key
from functions.http.answers import Answer
from functions.http.bodies import Body
from functions.reference.described import Description, Key, Link, Parameter, described
from shared.errors import WagateError

Serve = Callable[..., Awaitable[Response[bytes]]]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

_GUARDS: dict[Key, list[Guard]] = {"api": [api_key], "admin": [admin_key], "none": []}


def route(  # noqa: PLR0913 - what a route is
    method: Method,
    path: str,
    *,
    answers: dict[int, type[Answer]] | None = None,
    scope: Needed | None = None,
    key: Key = "api",
    body: type[Body] | None = None,
    parameters: tuple[Parameter, ...] = (),
    media_types: tuple[str, ...] = (),
    errors: tuple[type[WagateError], ...] = (),
    links: tuple[Link, ...] = (),
    forms: Mapping[str, type[BaseModel] | None] | None = None,
    plain: Mapping[int, str] | None = None,
    chats: Chats = "closed",
) -> Callable[[Serve], HTTPRouteHandler]:
    """Make a route of a function; its docstring is the route's words.

    Args:
        method: GET is HEAD as well: the same answer without its body (RFC 9110, 9.3.2).
        path: `/api/…/{number:str}`; what is in braces is given to the function under that name.
        answers: of a success, by status; the usual one first.
        scope: what an API key has to be allowed; `any`: every key may.
        key: which key opens it.
        body: what the function reads of the body.
        parameters: of the query and the headers.
        media_types: other forms of the first answer, chosen by `Accept`.
        errors: those that do not follow from the key, the path and the body.
        links: from the first answer to other routes.
        forms: what the body may be besides JSON, by media type; None: bytes.
        plain: answers that are no JSON, by status, in words.
        chats: what it has to do with chats; a key that is limited to some is not let through by one that is `closed`.
    """
    if (key == "api") is (scope is None):
        raise ValueError(f"{method} {path}: a scope is what a route for API keys has, and no other")
    description = Description(
        key=key,
        answers=answers or {},
        body=body,
        parameters=parameters,
        media_types=media_types,
        errors=errors,
        links=links,
        forms=forms or {},
        plain=plain or {},
    )
    methods = [HttpMethod.GET, HttpMethod.HEAD] if method == "GET" else [HttpMethod(method)]

    def declare(serve: Serve) -> HTTPRouteHandler:
        return HTTPRouteHandler(
            path,
            http_method=methods,
            status_code=next((status for status in answers or plain or {} if status >= HTTPStatus.OK), HTTPStatus.OK),
            opt=described(description, scope) | {"chats": chats, "audited": _is_audited(method, key, scope)},
            guards=list(_GUARDS[key]),
        )(serve)

    return declare


def _is_audited(method: Method, key: Key, scope: Needed | None) -> bool:
    """Whether the audit log has it: what changes sessions, keys, webhooks, settings. Sends have rows of their own."""
    return method != "GET" and (key == "admin" or scope in {Scope.SESSIONS_WRITE, Scope.WEBHOOKS})
