"""How an error is answered: one shape for all of them, built here.

`{"success": false, "code": …, "error": …, "requestId": …}` and the fields of that error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.types import ExceptionHandlersMap, Message, Scope

from functions.http.requests import HttpRequest, failure, request_id, set_error_code, standing
from shared.errors import BadRequest, BodyTooLarge, Internal, MethodNotAllowed, NotFound, WagateError
from shared.observing import traces as tracing

_SERVER_ERROR = 500

log = structlog.get_logger("functions")


def told(
    error: WagateError, request: str, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and JSON that tell of an error in the answer to the request with this id."""
    fields = dict(headers or {})
    if error.retry_after is not None:
        fields["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    body: dict[str, Any] = {"success": False, "code": error.code, "error": error.message, "requestId": request}
    for name, value in error.details.items():
        if value is not None:
            body.setdefault(name, value)
    return error.status, fields, orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS)


def problem(request: HttpRequest, error: WagateError, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The response that tells a caller of an error."""
    set_error_code(request, error.code)
    tracing.note({tracing.ERROR: error.code})
    status, fields, content = told(error, request_id(request.scope), headers)
    return Response(content, status_code=status, media_type="application/json", headers=fields)


def _known(request: HttpRequest, error: WagateError) -> Response[bytes]:
    return problem(request, error)


def _of_framework(request: HttpRequest, error: HTTPException) -> Response[bytes]:
    if isinstance(error, NotFoundException | MethodNotAllowedException) and (cause := failure(request.scope)):
        return _unexpected(request, cause)
    if isinstance(error, NotFoundException):
        return problem(request, NotFound())
    if isinstance(error, MethodNotAllowedException):
        return problem(request, MethodNotAllowed(), headers={"Allow": (error.headers or {}).get("allow", "")})
    if error.status_code == BodyTooLarge.status:
        return problem(request, BodyTooLarge())
    if error.status_code < _SERVER_ERROR:
        return problem(request, BadRequest(error.detail))
    return _unexpected(request, error)


def _unexpected(request: HttpRequest, error: Exception) -> Response[bytes]:
    scope: Any = request.scope
    log.error(
        "request failed",
        request_id=request_id(scope),
        method=scope.get("method"),
        route=scope.get("path_template"),  # not the path: it may hold a key
        exc_info=error,
    )
    return problem(request, Internal())


HANDLERS: ExceptionHandlersMap = {WagateError: _known, HTTPException: _of_framework, Exception: _unexpected}
"""What the application does with each kind of exception."""


def problem_of(request: HttpRequest, error: Exception) -> Response[bytes]:
    """The same for one that a handler raised."""
    if isinstance(error, WagateError):
        return problem(request, error)
    return _of_framework(request, error) if isinstance(error, HTTPException) else _unexpected(request, error)


async def tell_rate(message: Message, scope: Scope) -> None:
    """Say in the headers of every answer to a key with a rate how much of it is left."""
    if message["type"] == "http.response.start" and (found := standing(scope)) is not None:
        message["headers"] = [*message.get("headers", ()), *found.headers]


async def name_request(message: Message, scope: Scope) -> None:
    """Put the request's id into the headers of every answer."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id(scope).encode())]
