"""Routes of profile pictures."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.connections.network import Network
from sandbox.control.errors import body
from sandbox.control.phones import described, phone_of
from sandbox.state.accounts import Picture


class NewPicture(BaseModel):
    """A profile picture, by WhatsApp's id of it; `hidden`: nobody may see it."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"^[0-9]{1,20}$")
    hidden: bool = False


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of profile pictures."""
    table = web.RouteTableDef()

    @table.put("/phones/{number}/picture")
    async def show(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        wanted = await body(request, NewPicture)
        network.directory.show(account, Picture(wanted.id, wanted.hidden))
        return web.json_response(described(network, account))

    return table
