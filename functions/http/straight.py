"""From a request that has found its route to its answer, without what Litestar does for routes of other kinds.

Litestar finds the route, answers OPTIONS and what has no route, and knows the declarations. Its own way from there
copies the handler for each guard, makes an exit stack, a model of the arguments and two objects of the answer; our
handlers take the request and words of the path, and give bytes (docs/adr/0031).
"""

from __future__ import annotations

from typing import Any

from litestar import HttpMethod, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from functions.access.auditing import audited
from functions.http.problems import problem_of
from functions.http.requests import HttpRequest, tenant_or_none
from functions.http.streamed import Streamed, ends_never, send_pieces
from shared.tenants.audit import AuditLog

_JSON = b"application/json"
_MEDIA_TYPES = {"application/json": _JSON}
"""As bytes; there are as many as kinds of answers."""


def straight(app: ASGIApp) -> ASGIApp:
    """What stands in a route's place: its guards, its handler and its answer; `app` is Litestar's way."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        found: Any = scope
        if found["method"] == HttpMethod.OPTIONS:
            await app(scope, receive, send)
            return
        handler: HTTPRouteHandler = found["route_handler"]
        request: HttpRequest = Request(scope, receive, send)
        try:
            answer = await _ask(handler, request, found["path_params"])
        except Exception as error:  # noqa: BLE001 - it is told, and logged where nobody expected it
            answer = problem_of(request, error)
        if isinstance(answer, Streamed) and answer.size is None:
            ends_never(scope)
        await _send(answer, handler, receive, send)

    return serve


async def _ask(handler: HTTPRouteHandler, request: HttpRequest, words: dict[str, Any]) -> Response[bytes]:
    guard: Any
    for guard in handler.resolve_guards():
        await guard(request, handler)
    arguments = {"request": request, **words} if "request" in handler.parsed_fn_signature.parameters else words
    if handler.opt.get("audited"):
        by = tenant_or_none(request)
        audit: AuditLog = request.app.state.services.audit
        return await audited(audit, request, handler.handler_name, words, by, lambda: handler.fn(**arguments))
    answer: Response[bytes] = await handler.fn(**arguments)
    return answer


async def _send(answer: Response[bytes], handler: HTTPRouteHandler, receive: Receive, send: Send) -> None:
    streamed = answer if isinstance(answer, Streamed) else None
    size = len(answer.content) if streamed is None else streamed.size
    headers = [(name.lower().encode("latin-1"), str(value).encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-type", _media_type(answer.media_type)))
    if size is not None:
        headers.append((b"content-length", b"%d" % size))
    await send({"type": "http.response.start", "status": answer.status_code or handler.status_code, "headers": headers})
    if streamed is not None and streamed.pieces is not None:
        await send_pieces(streamed.pieces, receive, send)
    else:
        await send({"type": "http.response.body", "body": answer.content, "more_body": False})


def _media_type(named: Any) -> bytes:  # noqa: ANN401 - what Litestar takes
    known = _MEDIA_TYPES.get(named)
    if known is None:
        known = _MEDIA_TYPES[named] = str(named).encode("latin-1") if named else _JSON
    return known
