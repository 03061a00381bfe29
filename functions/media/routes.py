"""Upload a file, and read one."""

from __future__ import annotations

from contextlib import aclosing

from litestar import Response
from litestar.params import FromPath

from functions.families import Family
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.arriving import declared_size, pieces
from functions.http.bodies import read
from functions.http.forms import FORM, is_form, parts
from functions.http.requests import HttpRequest, tenant
from functions.media.giving import file_answer
from functions.media.schemas import Destination, UploadAnswer, UploadBody, UploadForm, uploaded
from functions.reference.described import Parameter
from functions.routing import route
from functions.services import services
from shared import errors

_ANYTHING = "application/octet-stream"
_OF_BYTES = (errors.MediaTooLarge, errors.MediaEmpty, errors.StorageFull)


@route(
    "POST",
    "/api/upload",
    scope=Scope.MESSAGES_SEND,
    body=UploadBody,
    forms={FORM: UploadForm},
    answers={200: UploadAnswer},
    errors=(*_OF_BYTES, errors.MediaQuota),
    chats="none",
)
async def upload_file(request: HttpRequest) -> Response[bytes]:
    """Keep a file that messages may be sent with: a form with `file`, or what it will be, to be brought elsewhere."""
    uploads, key = services(request).uploads, tenant(request)
    if not is_form(request):
        body = await read(request, UploadBody)
        promised = await uploads.promise(key.id, body.file_name, body.mimetype, body.size)
        where = Destination(url=promised.url, headers=promised.headers, expires_at=promised.expires_at)
        return answer(UploadAnswer(file=uploaded(promised.file), upload=where))
    declared = declared_size(request)
    uploads.check_size(declared)
    file = None
    async with aclosing(parts(request)) as form:
        async for part in form:
            if part.name == "file" and part.file_name is not None and file is None:
                file = await uploads.keep(key.id, part, declared)
    if file is None:
        raise errors.BadRequest("The form has no file in a field named 'file'.", field="file")
    return answer(UploadAnswer(file=uploaded(file)))


@route(
    "PUT",
    "/api/upload/{ticket:str}",
    key="none",
    forms={_ANYTHING: None},
    answers={200: UploadAnswer},
    errors=(*_OF_BYTES, errors.MediaNotFound, errors.StoreUnavailable, errors.BadRequest),
    chats="none",
)
async def bring_file(request: HttpRequest, ticket: FromPath[str]) -> Response[bytes]:
    """Bring the bytes of a file to the address that POST /api/upload gave for it: once, and without an API key."""
    uploads = services(request).uploads
    uploads.check_size(declared_size(request))
    async with aclosing(pieces(request)) as chunks:
        return answer(UploadAnswer(file=uploaded(await uploads.take(ticket, chunks))))


@route(
    "GET",
    "/api/media/{media_id:str}",
    scope=Scope.MESSAGES_READ,
    plain={
        200: "The bytes of the file.",
        206: "The bytes of the part that `Range` asks for.",
        302: "The bytes are at the address in `Location`, for an hour.",
        304: "The caller has this file already (`If-None-Match`).",
    },
    parameters=(
        Parameter("Range", "header", "The part to return: `bytes=0-1023`."),
        Parameter("If-None-Match", "header", "The `ETag` of the caller's copy."),
        Parameter("If-Range", "header", "The `ETag` of the file of which the caller has a part."),
    ),
    errors=(errors.MediaNotFound, errors.MediaEmpty, errors.RangeNotSatisfiable),
    chats="none",
)
async def get_media(request: HttpRequest, media_id: FromPath[str]) -> Response[bytes]:
    """Read a file: an upload, or what came with a message."""
    return await file_answer(request, tenant(request).id, media_id)


FAMILY = Family("media", (upload_file, bring_file, get_media))
