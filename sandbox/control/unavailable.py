"""Routes of messages that linked devices are told of and not given."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.control.phones import device_of, phone_of
from sandbox.phones.unavailable import Why, keep, tell_unavailable
from sandbox.state.accounts import parse_number


class Unavailable(BaseModel):
    """A message of `from` that a device is told of and not given. With a `text` the phone has it, to be asked for."""

    model_config = ConfigDict(extra="forbid")
    sender: str = Field(alias="from")
    id: str = Field(min_length=1, max_length=128)
    type: Why = "view_once"
    text: str = Field("", max_length=65_536)


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of unavailable messages."""
    table = web.RouteTableDef()

    @table.post("/phones/{number}/devices/{device}/unavailable")
    async def tell(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        device = device_of(request, account)
        wanted = await body(request, Unavailable)
        sender = network.directory.find(parse_number(wanted.sender))
        if sender is None:
            raise ControlError(404, f"nobody here has the number {wanted.sender}")
        if wanted.text:
            keep(network, account, sender, wanted.id, wanted.text)
        tell_unavailable(network, (account.number, device), sender, wanted.id, wanted.type)
        return web.json_response({"id": wanted.id}, status=201)

    return table
