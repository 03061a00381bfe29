"""The files that pages need: styles and scripts of ours, and those of others as their packages have them."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.params import FromPath

from functions.console.front.assets import ADDRESS, asset
from functions.console.front.headers import SAFE
from functions.console.front.visit import takes_gzip
from functions.http.requests import HttpRequest, header
from functions.http.routes import get
from shared.errors import NotFound

_FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_LOOK_AGAIN: Final = {"Cache-Control": "no-cache"}


@get(f"{ADDRESS}/{{name:str}}")
async def file(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """One of them; who asks with the digest that a page has keeps it for good."""
    found = asset(name)
    if found is None:
        raise NotFound
    tag = f'"{found.digest}"'
    asked = request.scope["query_string"].decode("latin-1") == f"v={found.digest}"
    headers = {**SAFE, "ETag": tag, "Vary": "Accept-Encoding", **(_FOR_GOOD if asked else _LOOK_AGAIN)}
    if header(request, "If-None-Match") == tag:
        return Response(b"", status_code=304, headers=headers)
    content = found.content
    if takes_gzip(request):
        content, headers["Content-Encoding"] = found.compressed, "gzip"
    return Response(content, status_code=200, media_type=found.media_type, headers=headers)


PAGES = (file,)
