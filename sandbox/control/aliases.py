"""Routes of aliases: other ways to write a number."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.state.accounts import parse_number


class NewAlias(BaseModel):
    """Another way to write a number: whoever looks `alias` up is told of `number`."""

    model_config = ConfigDict(extra="forbid")
    alias: str
    number: str


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of aliases."""
    table = web.RouteTableDef()

    @table.post("/aliases")
    async def add(request: web.Request) -> web.Response:
        wanted = await body(request, NewAlias)
        alias, number = parse_number(wanted.alias), parse_number(wanted.number)
        account = network.directory.find(number)
        if account is None:
            raise ControlError(404, f"nobody here has the number {number}")
        network.directory.add_alias(alias, account)
        return web.json_response({"alias": alias, "number": number}, status=201)

    @table.get("/aliases")
    async def everyone(_request: web.Request) -> web.Response:
        return web.json_response({"aliases": network.directory.aliases})

    return table
