"""Routes of profile pictures."""

from __future__ import annotations

import asyncio
import base64
import binascii
import io

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.control.phones import described, phone_of
from sandbox.people.pictures import is_jpeg
from sandbox.phones.profile_changes import remove_picture, set_privacy, show_picture


class NewPicture(BaseModel):
    """A profile picture: WhatsApp's id of it, or a new one; a JPEG, or a plain one. `hidden`: nobody may see it."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(default="", pattern=r"^[0-9]{0,20}$")
    base64: str | None = None
    hidden: bool = False


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of profile pictures."""
    table = web.RouteTableDef()

    @table.put("/{kind:phones|contacts}/{number}/picture")
    async def show(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        wanted = await body(request, NewPicture)
        jpeg = await asyncio.to_thread(_plain) if wanted.base64 is None else _jpeg_of(wanted.base64)
        wanted_privacy = "none" if wanted.hidden else "all"
        if network.people.of(account.number).setting("profile") != wanted_privacy:
            set_privacy(network, account, {"profile": wanted_privacy})
        show_picture(network, account, jpeg, id_=wanted.id)
        return web.json_response(described(network, account))

    @table.delete("/{kind:phones|contacts}/{number}/picture")
    async def remove(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        remove_picture(network, account)
        return web.json_response(described(network, account))

    return table


def _jpeg_of(text: str) -> bytes:
    try:
        jpeg = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ControlError(400, "the picture is not base64") from error
    if not is_jpeg(jpeg):
        raise ControlError(400, "the picture is no JPEG")
    return jpeg


def _plain() -> bytes:
    from PIL import Image  # noqa: PLC0415 - 40 ms, when first needed

    picture = io.BytesIO()
    Image.new("RGB", (96, 96), (37, 211, 102)).save(picture, "JPEG")
    return picture.getvalue()
