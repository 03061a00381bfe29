"""The OpenAPI document, a page that shows it, and the documentation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import orjson
from litestar import Response
from litestar.params import FromPath

from functions.families import Family
from functions.http.requests import HttpRequest, header
from functions.http.routes import get
from functions.reference import files
from functions.reference.openapi import document
from shared.errors import NotFound
from shared.version import VERSION

_PAGE: Final = Path(__file__).with_name("page.html")
_SCHEMA: Final = "openapi_document"
_MOVED: Final = 308
_ELSEWHERE_FOR_NOW: Final = 307
_OK: Final = 200
_KEPT_FOR_MINUTES: Final = "max-age=300"
_KEPT_FOR_A_YEAR: Final = "max-age=31536000, immutable"
_OWN_ONLY: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_SITES_OWN: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""Its pages have scripts in them. Nothing that a stranger wrote is on any."""


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
async def docs(request: HttpRequest) -> Response[bytes]:
    """The documentation; where it was not built, the page of the API."""
    if files.has_site():
        return _site_page(request, "") if _ends_with_slash(request) else _moved("docs/", _MOVED)
    return _moved("docs/api" if not _ends_with_slash(request) else "api", _ELSEWHERE_FOR_NOW)


@get("/docs/api")
async def api(request: HttpRequest) -> Response[bytes]:
    """Every route, and a form to try it; it fetches nothing from elsewhere."""
    if _ends_with_slash(request):  # the page finds the API beside it, also below a prefix of a proxy
        return _moved("../api", _MOVED)
    return Response(_PAGE.read_bytes(), media_type="text/html; charset=utf-8", status_code=_OK, headers=_OWN_ONLY)


@get("/docs/api/{name:str}")
async def api_file(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """A script or a style of that page. Raises NotFound."""
    path = files.of_the_api(name)
    if path is None:
        raise NotFound
    return _sent(request, path, _OWN_ONLY)


@get("/docs/{path:path}")
async def site(request: HttpRequest, path: FromPath[str]) -> Response[bytes]:
    """A page or a file of the documentation. Raises NotFound."""
    address = path.strip("/") + ("/" if _ends_with_slash(request) else "")
    return _site_page(request, address)


def _site_page(request: HttpRequest, address: str) -> Response[bytes]:
    path = files.of_the_site(address)
    if path is not None:
        return _sent(request, path, _SITES_OWN)
    if files.of_the_site(f"{address}/") is not None:
        return _moved(f"{address.rpartition('/')[2]}/", _MOVED)
    raise NotFound


def _sent(request: HttpRequest, path: Path, headers: dict[str, str]) -> Response[bytes]:
    file = files.read(path, may_compress="gzip" in (header(request, "Accept-Encoding") or ""))
    kept = _KEPT_FOR_A_YEAR if file.is_final else _KEPT_FOR_MINUTES
    headers = headers | {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    headers |= {"Content-Encoding": "gzip"} if file.is_compressed else {}
    return Response(file.content, media_type=file.media_type, status_code=_OK, headers=headers)


def _moved(where: str, status: int) -> Response[bytes]:
    return Response(b"", status_code=status, headers={"Location": where})


def _ends_with_slash(request: HttpRequest) -> bool:
    return request.scope["raw_path"].endswith(b"/")


FAMILY = Family("reference", (schema, docs, api, api_file, site))
"""For people who write programs against the API."""
