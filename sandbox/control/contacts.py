"""Routes of contacts: numbers with a real client."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.connections.network import Network
from sandbox.control.addressees import parse_addressee
from sandbox.control.contacts_port import Contacts
from sandbox.control.draft import Draft
from sandbox.control.errors import account_of, body
from sandbox.state.accounts import Account, NumberError, parse_number


class NewContact(BaseModel):
    """A contact to be made: whether it sends read receipts, and what it answers, if anything."""

    model_config = ConfigDict(extra="forbid")
    number: str
    name: str = ""
    reads: bool = True
    reply: str | None = Field(default=None, min_length=1, max_length=65536)


class Addressed(Draft):
    """A message that a contact is to send, and to whom."""

    to: str


def routes(network: Network, contacts: Contacts) -> web.RouteTableDef:
    """Return the routes of contacts."""
    table = web.RouteTableDef()

    @table.post("/contacts")
    async def add(request: web.Request) -> web.Response:
        account = await _made(await body(request, NewContact), network, contacts)
        return web.json_response({"number": account.number, "lid": account.lid}, status=201)

    @table.get("/contacts/{number}/messages")
    async def messages(request: web.Request) -> web.Response:
        number = account_of(request, network).number
        everything = "all" in request.query
        return web.json_response({"messages": await contacts.messages(number, everything=everything)})

    @table.post("/contacts/{number}/send")
    async def send(request: web.Request) -> web.Response:
        number = parse_number(request.match_info["number"])
        wanted = await body(request, Addressed)
        to = parse_addressee(wanted.to)
        draft = Draft.model_validate(wanted.model_dump(exclude_unset=True, exclude={"to"}))
        if network.directory.find(number) is None:
            await _made(NewContact(number=number), network, contacts)
        async with network.retries.sending(number):
            sent = await contacts.send(number, to, draft)
        return web.json_response({"id": sent.id, **({"media": sent.media} if sent.media else {})})

    @table.get("/contacts/{number}/messages/{message}/media")
    async def file(request: web.Request) -> web.FileResponse:
        number = account_of(request, network).number
        path = await contacts.file(number, request.match_info["message"])
        return web.FileResponse(path, headers={"Content-Type": "application/octet-stream"})

    @table.delete("/contacts/{number}")
    async def remove(request: web.Request) -> web.Response:
        await contacts.remove(account_of(request, network).number)
        return web.json_response({})

    return table


async def _made(wanted: NewContact, network: Network, contacts: Contacts) -> Account:
    """Return the account of a contact, made or given another manner; raises NumberError, ContactsError."""
    number = parse_number(wanted.number)
    account = network.directory.find(number)
    if account is not None and account.sink:
        raise NumberError(f"{number} is a sink")
    account = account or network.directory.add(number)
    network.retries.join(number)
    if wanted.name:
        network.directory.rename(account, wanted.name)
    await contacts.add(number, reads=wanted.reads, reply=wanted.reply)
    return account
