"""Routes of the pictures of people and groups."""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
from typing import Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, account_of, body
from sandbox.control.group_actions import group_of
from sandbox.control.group_shape import shown
from sandbox.control.phones import described, phone_of
from sandbox.groups import picture as group_picture
from sandbox.people.pictures import is_jpeg
from sandbox.phones.profile_changes import remove_picture, set_privacy, show_picture

_OF_GROUP: Final = "/{owner:phones|contacts}/{number}/groups/{jid}/picture"


class GroupPicture(BaseModel):
    """A picture: WhatsApp's id of it, or a new one; a JPEG, or a plain one."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(default="", pattern=r"^[0-9]{0,20}$")
    base64: str | None = None


class NewPicture(GroupPicture):
    """A profile picture. `hidden`: nobody may see it."""

    hidden: bool = False


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of the pictures of people and groups."""
    table = web.RouteTableDef()

    @table.put("/{kind:phones|contacts}/{number}/picture")
    async def show(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        wanted = await body(request, NewPicture)
        jpeg = await _jpeg_of(wanted)
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

    @table.put(_OF_GROUP)
    async def show_group(request: web.Request) -> web.Response:
        account, wanted = account_of(request, network), await body(request, GroupPicture)
        group = network.groups.need_member(group_of(network, request.match_info["jid"]).jid, account)
        jpeg = await _jpeg_of(wanted)
        group_picture.show(network.groups, network.pictures, group, account, jpeg, id_=wanted.id)
        return web.json_response(shown(network, group))

    @table.delete(_OF_GROUP)
    async def remove_group(request: web.Request) -> web.Response:
        account = account_of(request, network)
        group = network.groups.need_member(group_of(network, request.match_info["jid"]).jid, account)
        group_picture.remove(network.groups, network.pictures, group, account)
        return web.json_response(shown(network, group))

    return table


async def _jpeg_of(wanted: GroupPicture) -> bytes:
    if wanted.base64 is None:
        return await asyncio.to_thread(_plain)
    try:
        jpeg = base64.b64decode(wanted.base64, validate=True)
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
