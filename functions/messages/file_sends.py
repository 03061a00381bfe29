"""Sends with a file: in JSON with an address, base64 or an upload's id, or in a form with the file itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from typing import Annotated, Any, Final

import orjson
from litestar import Response
from pydantic import Field, StrictStr, create_model

from functions.http.bodies import read, validate
from functions.http.forms import is_form
from functions.http.requests import HttpRequest, tenant
from functions.messages.asking import Asked, send
from functions.messages.schemas import SendBody
from functions.services import Services, services
from functions.uploads.sources import READY_ERRORS, FileField, Source, file_of
from shared import errors
from shared.contracts.content.file import File, WithFile
from shared.contracts.contents import CONTENT
from shared.ids import now_ms
from shared.media.model import StoredFile

FILE_ERRORS: Final = (*READY_ERRORS, errors.MediaNotUploaded)
"""Of every send with a file."""
_NOTHING: Final = File(media_id="", size=0, sha256="")
_DAY_MS: Final = 24 * 3600 * 1000


class FileBody(SendBody):
    """What every send with a file has."""

    media_id: StrictStr | None = Field(default=None, max_length=64, description="The `id` that POST /api/upload gave.")
    file_name: StrictStr | None = Field(default=None, max_length=1024, description="The file's name.")
    mimetype: StrictStr | None = Field(
        default=None, max_length=128, description="Its type, if its bytes do not show it."
    )

    def source(self) -> Source:
        """Where the file is."""
        raise NotImplementedError

    def with_file(self, file: File) -> WithFile:
        """What is to be sent."""
        raise NotImplementedError


def file_fields(field: FileField) -> dict[str, Any]:
    """The fields of a body that are called after its kind."""
    address = Field(default=None, max_length=4096, description="An http(s) address; the gateway fetches it now.")
    inside = Field(default=None, description="The file itself, in base64 or as a data URL. Upload large files instead.")
    return {
        f"{field.word}_url": (Annotated[StrictStr | None, address], None),
        f"{field.word}_base64": (Annotated[StrictStr | None, inside], None),
    }


@cache
def form_of(body: type[FileBody]) -> type[FileBody]:
    """The same as a form."""
    file = Field(default=b"", description="The file itself.", json_schema_extra={"format": "binary"})
    return create_model(f"{body.__name__}Form", __base__=body, __doc__=body.__doc__, file=(bytes, file))


async def send_file(request: HttpRequest, body_type: type[FileBody], field: FileField) -> Response[bytes]:
    """Send what a request says; a file that was kept for it goes again where the message is refused."""
    serving, key_id = services(request), tenant(request).id
    brought, fields = await serving.sources.of_form(request, key_id, field) if is_form(request) else (None, None)
    async with dropping(serving, brought):
        if fields is None:
            body = await read(request, body_type, request.app.state.base64_limit)
        else:
            body = validate(body_type, typed(body_type, fields))
        return await send_with_file(request, body, field, brought)


async def send_with_file(
    request: HttpRequest, body: FileBody, field: FileField, brought: StoredFile | None = None
) -> Response[bytes]:
    """Send what a body says; `brought` is the file, when it came in a form, and is its caller's to drop."""
    serving, key_id, source = services(request), tenant(request).id, body.source()
    source.check(field, in_form=brought is not None)
    asked = Asked.of(request, body)
    if source.media_id is None:
        asked.check_fits(body.with_file(_NOTHING))  # before anything is fetched
    said = source.said() if brought is None else f"file:{brought.sha256}"
    same = asked.same(request, lambda: _said(body, said))
    earlier = None if same is None else await serving.messages.of_request(same)
    if earlier is not None:
        await serving.sources.drop(brought)
        return await send(request, asked, CONTENT.validate_python(earlier.content), same)
    file = brought or await serving.sources.take(key_id, source, field)
    async with dropping(serving, None if source.media_id or brought else file):
        file = await held(serving, body, file)
        return await send(request, asked, body.with_file(file_of(file, source)), same)


async def held(serving: Services, body: SendBody, file: StoredFile) -> StoredFile:
    """The file, which outlives by a day a message that may wait."""
    if not body.queue:
        return file
    lives = _DAY_MS if body.expires_in is None else body.expires_in * 1000
    return await serving.sources.hold(file, now_ms() + lives + _DAY_MS)


def _said(body: FileBody, source: str) -> dict[str, Any]:
    """What makes two requests the same message: everything but how the same file is stored each time."""
    return body.with_file(_NOTHING).model_dump() | {"file": [source, body.file_name, body.mimetype]}


@asynccontextmanager
async def dropping(serving: Services, file: StoredFile | None) -> AsyncGenerator[None]:
    """Drop a file when its message is refused; where it may have been accepted, the file stays until it expires."""
    try:
        yield
    except errors.WagateError as error:
        if error.status < errors.Internal.status or isinstance(error, errors.Disconnected):
            await serving.sources.drop(file)
        raise


def typed(body: type[SendBody], fields: dict[str, str]) -> dict[str, Any]:
    """Fields of a form as JSON has them: a number, `true`, a list, where no text is wanted."""
    schema = body.model_json_schema(by_alias=True)
    properties: dict[str, dict[str, Any]] = schema["properties"]
    return {
        name: text if name not in properties or _takes_text(properties[name]) else _parsed(text)
        for name, text in fields.items()
    }


def _takes_text(schema: dict[str, Any]) -> bool:
    choices: list[dict[str, Any]] = schema.get("anyOf", [schema])
    return any(choice.get("type") == "string" for choice in choices)


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text  # which its schema refuses, with its name
