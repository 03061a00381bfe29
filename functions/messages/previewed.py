"""Texts with a preview of their link, where one is asked for: no other text waits for anything."""

from __future__ import annotations

from dataclasses import replace

from litestar import Response

from functions.http.requests import HttpRequest, tenant
from functions.messages.asking import Asked, send, send_content
from functions.messages.schemas import PreviewBody, TextBody
from functions.previews.links import first_link
from functions.previews.previews import Previews
from functions.services import services
from shared.contracts.about import About, Preview
from shared.contracts.content.text import Text
from shared.errors import BadRequest


async def send_text(request: HttpRequest, body: TextBody) -> Response[bytes]:
    """Send a text; a preview that cannot be had is left out. Raises `SEND_ERRORS`, BadRequest."""
    content = body.content()
    if body.link_preview is False or not isinstance(content, Text):
        return await send_content(request, body, content)
    serving, asked = services(request), Asked.of(request, body)
    link = _link(content, body.link_preview)
    said = body.link_preview if isinstance(body.link_preview, bool) else body.link_preview.model_dump()
    same = asked.same(request, lambda: content.model_dump() | {"linkPreview": said})
    earlier = None if same is None else await serving.messages.of_request(same)
    if earlier is not None:
        about = About.model_validate(earlier.about) if earlier.about else None
        return await send(request, replace(asked, about=about), content, same)
    preview = await _preview(serving.previews, tenant(request).id, link, body.link_preview)
    if preview is not None:
        about = (asked.about or About()).model_copy(update={"preview": preview})
        asked = replace(asked, about=about)
    return await send(request, asked, content, same)


def _link(text: Text, wanted: bool | PreviewBody) -> str | None:  # noqa: FBT001 - as callers say it
    """The link in question; raises BadRequest for one that the text does not have, which phones would not show."""
    if isinstance(wanted, bool) or wanted.url is None:
        return first_link(text.text)
    if wanted.url not in text.text:
        raise BadRequest("The text does not have the link of 'linkPreview.url'.", field="linkPreview.url")
    return wanted.url


async def _preview(
    previews: Previews,
    key_id: str,
    link: str | None,
    wanted: bool | PreviewBody,  # noqa: FBT001 - as above
) -> Preview | None:
    if link is None:
        return None
    if isinstance(wanted, bool):
        return await previews.of(key_id, link)
    picture = None if wanted.image_url is None else await previews.picture(key_id, wanted.image_url)
    return Preview(url=link, title=wanted.title, description=wanted.description, picture=picture)
