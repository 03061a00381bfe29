"""Routes of what contacts do beside sending, and what they are told beside messages."""

from __future__ import annotations

from aiohttp import web

from sandbox.connections.network import Network
from sandbox.control.addressees import parse_addressee
from sandbox.control.contacts_port import Contacts
from sandbox.control.draft import ACTIONS, Action
from sandbox.control.errors import account_of, body
from sandbox.state.accounts import parse_number


def routes(network: Network, contacts: Contacts) -> web.RouteTableDef:
    """Return the routes of actions, receipts, presence, and how others look to a contact."""
    table = web.RouteTableDef()

    @table.post("/contacts/{number}/{action:" + "|".join(ACTIONS) + "}")
    async def act(request: web.Request) -> web.Response:
        number = account_of(request, network).number
        wanted = await body(request, Action)
        if wanted.to is not None:
            wanted = wanted.model_copy(update={"to": parse_addressee(wanted.to)})
        async with network.retries.sending(number):
            sent = await contacts.act(number, request.match_info["action"], wanted)
        return web.json_response({} if sent is None else {"id": sent})

    @table.get("/contacts/{number}/{what:receipts|presence}")
    async def told(request: web.Request) -> web.Response:
        number, what = account_of(request, network).number, request.match_info["what"]
        return web.json_response({what: await contacts.told(number, what)})

    @table.get("/contacts/{number}/people/{other}")
    async def look(request: web.Request) -> web.Response:
        number, other = account_of(request, network).number, parse_number(request.match_info["other"])
        return web.json_response(await contacts.look(number, other))

    return table
