"""Send several pictures and videos as one album."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Final, Literal

from litestar import Response
from pydantic import Field, StrictBool, StrictStr, create_model

from functions.guards import Scope
from functions.http.bodies import Body, read, validate
from functions.http.forms import FORM, is_form
from functions.http.requests import HttpRequest, tenant
from functions.messages.asking import SEND_ERRORS, SEND_PARAMETERS, Asked, send
from functions.messages.file_sends import FILE_ERRORS, dropping, held, typed
from functions.messages.schemas import PendingAnswer, SendNewBody, SentAnswer
from functions.reference.described import Link
from functions.routing import route
from functions.services import Services, services
from functions.uploads.sources import FileField, ItemField, Source, file_of
from shared.contracts.content.album import FEWEST, MOST, Album, Item
from shared.contracts.content.file import Caption, File
from shared.contracts.content.image import Image
from shared.contracts.content.video import Video
from shared.contracts.contents import CONTENT
from shared.errors import BadRequest, MediaTypeUnsupported, MediaUrlFailed
from shared.media.model import StoredFile

_MIB: Final = 1024 * 1024
_LIMITS: Final = {"image": 16 * _MIB, "video": 64 * _MIB, None: 64 * _MIB}
_KINDS: Final[dict[str, type[Image | Video]]] = {"image": Image, "video": Video}
_IN_FORM: Final = FileField("items", 64 * _MIB, ("image/", "video/"))
_BINARY: Final[dict[str, Any]] = {"items": {"type": "string", "format": "binary"}}
_FETCHED_WITHIN: Final = 180.0
"""Seconds for all files of an album."""


class AlbumItem(Body):
    """A picture or a video, by exactly one of `url`, `base64`, `mediaId`."""

    type: Literal["image", "video"] | None = Field(default=None, description="Its type, if its bytes may not show it.")
    url: StrictStr | None = Field(
        default=None, max_length=4096, description="An http(s) address; the gateway fetches it now."
    )
    base64: StrictStr | None = Field(default=None, description="The file itself, in base64 or as a data URL.")
    media_id: StrictStr | None = Field(default=None, max_length=64, description="The `id` that POST /api/upload gave.")
    caption: Caption | None = Field(default=None, description="Words below it.")
    view_once: StrictBool = Field(default=False, description="Whether the recipient may open it only once.")
    file_name: StrictStr | None = Field(default=None, max_length=1024, description="The file's name.")
    mimetype: StrictStr | None = Field(
        default=None, max_length=128, description="Its type, if its bytes do not show it."
    )

    def source(self) -> Source:
        """Where its file is."""
        return Source(self.url, self.base64, self.media_id, self.file_name, self.mimetype)

    def field(self, place: int) -> ItemField:
        """What it may be."""
        return ItemField(f"items.{place}", _LIMITS[self.type], ("image/", "video/"))

    def said(self) -> dict[str, Any]:
        """What makes two of them the same."""
        return self.model_dump(exclude={"url", "base64", "media_id"}) | {"file": self.source().said()}

    def content(self, place: int, file: File) -> Item:
        """What is to be sent; raises MediaTypeUnsupported where nobody can say which it is."""
        family = file.mimetype.partition("/")[0]
        kind = _KINDS.get(family) or _KINDS.get(self.type or "")
        if kind is None:
            raise MediaTypeUnsupported(
                (
                    f"The gateway cannot tell whether the file of 'items.{place}' is a picture or a video. Give its "
                    "'type'."
                ),
                mimetype=file.mimetype,
            )
        return kind(file=file, caption=self.caption, view_once=self.view_once)


class SendAlbumBody(SendNewBody):
    """Pictures and videos that phones show as one; in a form the files themselves are in `file`, in their order."""

    items: list[AlbumItem] = Field(
        min_length=FEWEST,
        max_length=MOST,
        description="`[{url | base64 | mediaId, type, caption, viewOnce, fileName, mimetype}]`, in their order.",
    )


_form: dict[str, Any] = {
    "items": (
        list[AlbumItem],
        Field(
            default_factory=list,
            max_length=MOST,
            description="What belongs to each file, as JSON, in the files' order.",
        ),
    ),
    "file": (list[bytes], Field(description="The files.", json_schema_extra=_BINARY)),
}
_AlbumForm = create_model("SendAlbumBodyForm", __base__=SendNewBody, __doc__=SendAlbumBody.__doc__, **_form)


@route(
    "POST",
    "/api/send-album",
    scope=Scope.MESSAGES_SEND,
    body=SendAlbumBody,
    forms={FORM: _AlbumForm},
    answers={200: SentAnswer, 202: PendingAnswer},
    parameters=SEND_PARAMETERS,
    errors=(*SEND_ERRORS, *FILE_ERRORS),
    links=(Link("get_message", {"message_id": "id"}),),
    chats="checked",
)
async def send_album(request: HttpRequest) -> Response[bytes]:
    """Send 2 to 30 pictures and videos as one; GET /api/messages/{id} shows its `parts`, and what became of each."""
    serving, key_id, sources = services(request), tenant(request).id, services(request).sources
    brought, fields = await sources.all_of_form(request, key_id, _IN_FORM, MOST) if is_form(request) else ([], None)
    async with AsyncExitStack() as made:
        for file in brought:
            await made.enter_async_context(dropping(serving, file))
        if fields is None:
            body = await read(request, SendAlbumBody, request.app.state.base64_limit)
        else:
            body = _of_form(fields, len(brought))
        for place, item in enumerate(body.items):
            item.source().check(item.field(place), in_form=bool(brought))
        asked = Asked.of(request, body)
        same = asked.same(request, lambda: {"type": "album", "items": _said(body, brought)})
        earlier = None if same is None else await serving.messages.of_request(same)
        if earlier is not None:
            for file in brought:
                await sources.drop(file)
            return await send(request, asked, CONTENT.validate_python(earlier.content), same)
        return await send(request, asked, await _taken(serving, key_id, body, brought, made), same)


def _of_form(fields: dict[str, str], files: int) -> SendAlbumBody:
    """What a form says of so many files; where it says nothing of them, they are as they are."""
    said = typed(SendAlbumBody, fields)
    body = validate(SendAlbumBody, {"items": [{}] * files} | said)
    if len(body.items) != files:
        raise BadRequest(f"'items' describes {len(body.items)} files, but the form has {files}.", field="items")
    return body


def _said(body: SendAlbumBody, brought: list[StoredFile]) -> list[dict[str, Any]]:
    """What makes two albums the same."""
    said = [item.said() for item in body.items]
    return (
        [each | {"file": f"file:{file.sha256}"} for each, file in zip(said, brought, strict=True)] if brought else said
    )


async def _taken(
    serving: Services, key_id: str, body: SendAlbumBody, brought: list[StoredFile], made: AsyncExitStack
) -> Album:
    """The album with its files, which `made` drops when it is refused; it has those that were brought already."""
    items: list[Item] = []
    try:
        async with asyncio.timeout(_FETCHED_WITHIN):
            for place, item in enumerate(body.items):
                source = item.source()
                file = brought[place] if brought else await serving.sources.take(key_id, source, item.field(place))
                if not brought:
                    await made.enter_async_context(dropping(serving, None if source.media_id else file))
                items.append(item.content(place, file_of(await held(serving, body, file), source)))
    except TimeoutError:
        raise MediaUrlFailed(f"The addresses did not send all files within {_FETCHED_WITHIN:g} s.") from None
    return Album(items=tuple(items))
