"""Routes of what a person sets on a phone: the own name, contacts, what becomes of chats."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web
from google.protobuf.json_format import MessageToDict
from pydantic import BaseModel, ConfigDict, Field

from sandbox.app_state.collection import NAMES, Collection
from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.control.phones import phone_of
from sandbox.phones import companions, own_settings
from sandbox.state.accounts import Account, parse_number
from sandbox.wire.nodes import Jid
from sandbox.wire.nodes.jid import GROUP_SERVER, LID_SERVER, USER_SERVER
from sandbox.wire.protobufs import sync_action

_JID: Final = re.compile(rf"([0-9-]{{1,40}})@({re.escape(GROUP_SERVER)}|{LID_SERVER}|{re.escape(USER_SERVER)})")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Rename(_Model):
    """The name that others see."""

    name: str = Field(min_length=1, max_length=100)


class Contact(_Model):
    """Somebody in the list of contacts; `off`: no longer."""

    number: str
    name: str = Field("", max_length=200)
    first_name: str = Field("", alias="firstName", max_length=200)
    off: bool = False


class OfChat(_Model):
    """A chat, by number or JID; `off`: what was done to it is taken back."""

    chat: str
    off: bool = False


class Mute(OfChat):
    """A chat that is not to be heard for so many seconds; without: for ever."""

    seconds: int | None = Field(None, ge=1)


class Star(OfChat):
    """A message to find again; `fromMe`: the phone's own."""

    message_id: str = Field(alias="messageId", min_length=1, max_length=128)
    from_me: bool = Field(default=False, alias="fromMe")


class Label(_Model):
    """A label, by a number of its own; `off`: it is deleted."""

    label: str = Field(pattern=r"^[0-9]{1,9}$")
    name: str = Field("", max_length=100)
    color: int = Field(0, ge=0, le=19)
    off: bool = False


class LabelOfChat(OfChat):
    """A label on a chat."""

    label: str = Field(pattern=r"^[0-9]{1,9}$")


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of a phone's settings."""
    table = web.RouteTableDef()

    @table.get("/phones/{number}/settings")
    async def all_(request: web.Request) -> web.Response:
        phone = phone_of(request, network)
        collections = [network.app_states.collection(phone, name) for name in NAMES]
        said = {collection.name: _described(collection) for collection in collections}
        return web.json_response({"collections": said})

    @table.post("/phones/{number}/share-key")
    async def share_key(request: web.Request) -> web.Response:
        phone = phone_of(request, network)
        for device in phone.devices:
            companions.share_key(network, phone, device)
        return web.json_response({"devices": sorted(phone.devices)})

    for action, (model, do) in _ACTIONS.items():
        table.post(f"/phones/{{number}}/{action}")(_route(network, model, do))
    return table


def _route(
    network: Network, model: type[Any], do: Callable[[Network, Account, Any], Collection]
) -> Callable[[web.Request], Any]:
    async def handle(request: web.Request) -> web.Response:
        phone = phone_of(request, network)
        collection = do(network, phone, await body(request, model))
        return web.json_response({"collection": collection.name, "version": collection.version})

    return handle


def chat_of(text: str) -> Jid:
    """Return the chat that a number or a JID names.

    Raises:
        ControlError: It is neither (400).
    """
    if "@" not in text:
        return Jid(parse_number(text))
    match = _JID.fullmatch(text)
    if match is None:
        raise ControlError(400, f"{text!r} is no chat")
    return Jid(match[1], match[2])


def _rename(network: Network, phone: Account, wanted: Rename) -> Collection:
    return own_settings.rename(network, phone, wanted.name)


def _contact(network: Network, phone: Account, wanted: Contact) -> Collection:
    who = Jid(parse_number(wanted.number))
    if wanted.off:
        return own_settings.remove_contact(network, phone, who)
    if not wanted.name:
        raise ControlError(400, "a contact has a name")
    return own_settings.save_contact(network, phone, who, wanted.name, wanted.first_name)


def _mute(network: Network, phone: Account, wanted: Mute) -> Collection:
    until = -1 if wanted.seconds is None else int((time.time() + wanted.seconds) * 1000)
    return own_settings.mute(network, phone, chat_of(wanted.chat), None if wanted.off else until)


def _pin(network: Network, phone: Account, wanted: OfChat) -> Collection:
    return own_settings.pin(network, phone, chat_of(wanted.chat), pinned=not wanted.off)


def _archive(network: Network, phone: Account, wanted: OfChat) -> Collection:
    return own_settings.archive(network, phone, chat_of(wanted.chat), archived=not wanted.off)


def _mark_unread(network: Network, phone: Account, wanted: OfChat) -> Collection:
    return own_settings.mark_chat(network, phone, chat_of(wanted.chat), read=wanted.off)


def _star(network: Network, phone: Account, wanted: Star) -> Collection:
    chat = chat_of(wanted.chat)
    return own_settings.star(network, phone, chat, (wanted.message_id, wanted.from_me), starred=not wanted.off)


def _label(network: Network, phone: Account, wanted: Label) -> Collection:
    action = sync_action.LabelEditAction(name=wanted.name, color=wanted.color, deleted=wanted.off)
    return own_settings.edit_label(network, phone, wanted.label, action)


def _label_chat(network: Network, phone: Account, wanted: LabelOfChat) -> Collection:
    return own_settings.label_chat(network, phone, wanted.label, chat_of(wanted.chat), labeled=not wanted.off)


_ACTIONS: Final[dict[str, tuple[type[BaseModel], Callable[[Network, Account, Any], Collection]]]] = {
    "rename": (Rename, _rename),
    "contacts": (Contact, _contact),
    "mute": (Mute, _mute),
    "pin": (OfChat, _pin),
    "archive": (OfChat, _archive),
    "mark-unread": (OfChat, _mark_unread),
    "star": (Star, _star),
    "label": (Label, _label),
    "label-chat": (LabelOfChat, _label_chat),
}
"""By the last part of the address."""


def _described(collection: Collection) -> dict[str, Any]:
    said = [
        {"index": list(change.index), "value": MessageToDict(change.value, preserving_proto_field_name=True)}
        for change in collection.changes()
    ]
    return {"version": collection.version, "said": said}
