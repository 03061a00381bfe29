"""The OpenAPI document, and a page that shows it."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import orjson
from litestar import Response

from functions.families import Family
from functions.http.requests import HttpRequest
from functions.http.routes import get
from functions.reference.openapi import document
from shared.version import VERSION

_PAGE = Path(__file__).with_name("page.html")
_SCHEMA = "openapi_document"
_MOVED = 308
_OWN_ONLY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'"
}


@cache
def _page() -> bytes:
    return _PAGE.read_bytes()


def _document() -> bytes:
    return orjson.dumps(document(VERSION))


@get("/schema")
async def schema(request: HttpRequest) -> Response[bytes]:
    """The OpenAPI 3.1 document, made when it is first asked for."""
    state = request.app.state
    content: bytes | None = state.get(_SCHEMA)
    if content is None:
        content = state[_SCHEMA] = await asyncio.to_thread(_document)
    return Response(content, media_type="application/json", status_code=200)


@get("/docs")
async def page(request: HttpRequest) -> Response[bytes]:
    """Every route, and a form to try it; one file that fetches nothing from elsewhere."""
    if request.scope["raw_path"].endswith(b"/"):  # the page finds the API beside it, also below a prefix of a proxy
        return Response(b"", status_code=_MOVED, headers={"Location": "../docs"})
    return Response(_page(), media_type="text/html; charset=utf-8", status_code=200, headers=_OWN_ONLY)


FAMILY = Family("reference", (schema, page))
"""For people who write programs against the API."""
