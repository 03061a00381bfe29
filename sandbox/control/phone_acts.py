"""Routes of what the owner of a phone writes and reads on it, without a linked device having a hand in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sandbox.connections.network import Network
from sandbox.control.addressees import parse_addressee
from sandbox.control.errors import ControlError, body
from sandbox.control.group_actions import group_of
from sandbox.control.phones import phone_of
from sandbox.phones import reading, sayings, writing
from sandbox.phones.sayings import Saying, Target
from sandbox.state.accounts import Account, parse_number
from sandbox.wire.nodes import Jid
from sandbox.wire.nodes.jid import GROUP_SERVER, STATUS

_LONGEST: Final = 65_536


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)

    chat: str
    """A number, a group's JID, or `status@broadcast`."""


class Text(_Act):
    """A text. It answers the message `quotedId`, of `author` (else the owner's), and goes after so many seconds."""

    text: str = Field(min_length=1, max_length=_LONGEST)
    quoted_id: str = ""
    author: str = Field("", alias="from")
    expires_in: int = Field(0, ge=0)


class OfMessage(_Act):
    """Something about a message; `from` is who wrote it, without it the owner of the phone."""

    message_id: str = Field(min_length=1, max_length=128)
    author: str = Field("", alias="from")
    emoji: str = ""
    text: str = Field("", max_length=_LONGEST)


class Read(_Act):
    """Messages of one author, who in a chat of two is the other."""

    message_ids: tuple[str, ...] = Field(min_length=1, max_length=1000)
    author: str = Field("", alias="from")


class Timer(_Act):
    """After how many seconds messages of a chat of two disappear; 0: never."""

    seconds: int = Field(ge=0)


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes; a contact is a person with a phone too, and its client is a linked device of that."""
    table = web.RouteTableDef()

    @table.post("/phones/{number}/send")
    async def send(request: web.Request) -> web.Response:
        phone, wanted = phone_of(request, network), await body(request, Text)
        quoted = _target(network, wanted.chat, wanted.quoted_id, wanted.author) if wanted.quoted_id else None
        return _written(
            network, phone, wanted.chat, sayings.text(wanted.text, quoted, phone.lid_jid(), wanted.expires_in)
        )

    @table.post("/phones/{number}/{act:" + "|".join(_ABOUT) + "}")
    async def about(request: web.Request) -> web.Response:
        phone, wanted = phone_of(request, network), await body(request, OfMessage)
        target = _target(network, wanted.chat, wanted.message_id, wanted.author)
        return _written(network, phone, wanted.chat, _ABOUT[request.match_info["act"]](target, wanted))

    @table.post("/phones/{number}/disappear")
    async def disappear(request: web.Request) -> web.Response:
        phone, wanted = phone_of(request, network), await body(request, Timer)
        _other(network, wanted.chat)
        return _written(network, phone, wanted.chat, sayings.timer(wanted.seconds))

    @table.post("/phones/{number}/read")
    async def read(request: web.Request) -> web.Response:
        phone, wanted = phone_of(request, network), await body(request, Read)
        author = _other(network, wanted.author or wanted.chat)
        reading.read(network, phone, _jid(network, wanted.chat), author, list(wanted.message_ids))
        return web.json_response({})

    return table


def _written(network: Network, phone: Account, chat: str, said: Saying) -> web.Response:
    to = _jid(network, chat)
    if to == STATUS:
        id_ = writing.to_everybody(network, phone, said)
    elif to.server == GROUP_SERVER:
        id_ = writing.to_group(network, phone, group_of(network, chat), said)
    else:
        id_ = writing.to_person(network, phone, _other(network, chat), said)
    return web.json_response({"id": id_})


def _edited(target: Target, wanted: OfMessage) -> Saying:
    if not wanted.text or target.author is not None:
        raise ControlError(400, "one edits one's own message, and leaves a text")
    return sayings.edit(target, wanted.text)


_ABOUT: Final[dict[str, Callable[[Target, OfMessage], Saying]]] = {
    "react": lambda target, wanted: sayings.reaction(target, wanted.emoji),
    "edit": _edited,
    "revoke": lambda target, _: sayings.revoke(target),
}


def _target(network: Network, chat: str, id_: str, author: str) -> Target:
    return Target(_jid(network, chat), id_, _other(network, author).lid_jid() if author else None)


def _jid(network: Network, chat: str) -> Jid:
    user, _, server = parse_addressee(chat).partition("@")
    return Jid(user, server) if server else _other(network, chat).lid_jid()


def _other(network: Network, number: str) -> Account:
    """Return who has a number. Raises ControlError (404), NumberError."""
    account = network.directory.find(parse_number(number))
    if account is None:
        raise ControlError(404, f"nobody here has the number {number}")
    return account
