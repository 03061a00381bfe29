"""Sends that may have a picture above their text: buttons and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from litestar import Response
from pydantic import Field, StrictStr

from functions.http.bodies import read
from functions.http.requests import HttpRequest, tenant
from functions.messages.asking import Asked, send, send_content
from functions.messages.file_sends import dropping, held
from functions.messages.schemas import SendNewBody
from functions.services import services
from functions.uploads.sources import FileField, Source, file_of
from shared.contracts.content.choices import Pictured
from shared.contracts.content.image import Image
from shared.contracts.contents import CONTENT
from shared.errors import BadRequest

if TYPE_CHECKING:
    from shared.contracts.content.kind import Content

_PICTURE: Final = FileField("image", 16 * 1024 * 1024, ("image/",))


class PicturedBody(SendNewBody):
    """What each of them has."""

    image_url: StrictStr | None = Field(
        default=None,
        max_length=4096,
        description="A picture above it, at an http(s) address; the gateway fetches it now. Only with `fallback` "
        "`none`.",
    )
    image_base64: StrictStr | None = Field(default=None, description="Or the picture itself, in base64.")
    media_id: StrictStr | None = Field(default=None, max_length=64, description="Or the `id` that an upload gave.")

    def source(self) -> Source | None:
        """Where the picture is, None when there is none."""
        if self.image_url is None and self.image_base64 is None and self.media_id is None:
            return None
        return Source(self.image_url, self.image_base64, self.media_id)


async def send_pictured(request: HttpRequest, body_type: type[PicturedBody]) -> Response[bytes]:
    """Send what a request says, with its picture where it has one."""
    body = await read(request, body_type, request.app.state.base64_limit)
    content, source = cast("Pictured", body.content()), body.source()
    if source is None:
        return await send_content(request, body, content)
    source.check(_PICTURE, in_form=False)
    if content.fallback != "none":
        raise BadRequest("A picture is possible only with 'fallback' 'none'.", field="fallback")
    serving, key_id, asked = services(request), tenant(request).id, Asked.of(request, body)
    same = asked.same(request, lambda: content.model_dump() | {"picture": source.said()})
    earlier = None if same is None else await serving.messages.of_request(same)
    if earlier is not None:
        before: Content = CONTENT.validate_python(earlier.content)
        return await send(request, asked, before, same)
    file = await serving.sources.take(key_id, source, _PICTURE)
    async with dropping(serving, None if source.media_id else file):
        picture = Image(file=file_of(await held(serving, body, file), source))
        return await send(request, asked, content.with_picture(picture), same)
