"""Routes of contacts: numbers with a real client."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.connections.network import Network
from sandbox.control.contacts_port import Contacts
from sandbox.control.errors import account_of, body
from sandbox.state.accounts import NumberError, parse_number


class NewContact(BaseModel):
    """A contact to be made: whether it sends read receipts, and what it answers, if anything."""

    model_config = ConfigDict(extra="forbid")
    number: str
    name: str = ""
    reads: bool = True
    reply: str | None = Field(default=None, min_length=1, max_length=65536)


class Outgoing(BaseModel):
    """What a contact is to send: a text, or any message as the JSON of its protobuf (`waE2E.Message`)."""

    model_config = ConfigDict(extra="forbid")
    to: str
    text: str = Field(default="", max_length=65536)
    message: dict[str, Any] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _is_one(self) -> Outgoing:
        if bool(self.text) == (self.message is not None):
            raise ValueError("give either text or message")
        return self


def routes(network: Network, contacts: Contacts) -> web.RouteTableDef:
    """Return the routes of contacts."""
    table = web.RouteTableDef()

    @table.post("/contacts")
    async def add(request: web.Request) -> web.Response:
        wanted = await body(request, NewContact)
        number = parse_number(wanted.number)
        account = network.directory.find(number)
        if account is not None and account.sink:
            raise NumberError(f"{number} is a sink")
        account = account or network.directory.add(number)
        network.retries.join(number)
        if wanted.name:
            network.directory.rename(account, wanted.name)
        await contacts.add(number, reads=wanted.reads, reply=wanted.reply)
        return web.json_response({"number": number, "lid": account.lid}, status=201)

    @table.get("/contacts/{number}/messages")
    async def messages(request: web.Request) -> web.Response:
        number = account_of(request, network).number
        return web.json_response({"messages": await contacts.messages(number)})

    @table.post("/contacts/{number}/send")
    async def send(request: web.Request) -> web.Response:
        number = account_of(request, network).number
        wanted = await body(request, Outgoing)
        to = parse_number(wanted.to)
        async with network.retries.sending(number):
            message_id = await contacts.send(number, to, wanted.text, wanted.message)
        return web.json_response({"id": message_id})

    @table.delete("/contacts/{number}")
    async def remove(request: web.Request) -> web.Response:
        await contacts.remove(account_of(request, network).number)
        return web.json_response({})

    return table
