"""Gives a file to who asks for it: all, a part, or where it is."""

from __future__ import annotations

from litestar import Response

from functions.http.problems import problem
from functions.http.requests import HttpRequest
from functions.http.streamed import Streamed
from functions.media.reading import disposition, etag, is_known, wanted
from functions.services import services
from shared import errors

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
}
"""Of every file: whatever it says it is, nothing of it runs as a page of this address."""


async def file_answer(request: HttpRequest, key_id: str, media_id: str) -> Response[bytes]:
    """The answer that gives a file of a key.

    Raises:
        MediaNotFound: the key has none of that id.
        MediaEmpty: its bytes never came.
    """
    uploads = services(request).uploads
    file = await uploads.whole(key_id, media_id)
    named = disposition(file)
    headers = {**_SAFE, "ETag": etag(file), "Content-Disposition": named}
    if is_known(request, file):
        return Response(b"", status_code=304, headers=headers)
    try:
        asked = wanted(request, file)
    except errors.RangeNotSatisfiable as error:
        return problem(request, error, headers={"Content-Range": f"bytes */{file.size}"})
    if request.method == "HEAD":
        return Streamed(None, file.size, status=200, media_type=file.mimetype, headers=headers)
    elsewhere = await uploads.address(file, named)
    if elsewhere is not None:
        return Response(b"", status_code=302, headers={"Location": elsewhere, "Cache-Control": "no-store"})
    if asked.part:
        headers["Content-Range"] = f"bytes {asked.start}-{asked.end - 1}/{file.size}"
    return Streamed(
        uploads.open(file, asked.start, asked.end),
        asked.end - asked.start,
        status=206 if asked.part else 200,
        media_type=file.mimetype,
        headers=headers,
    )
