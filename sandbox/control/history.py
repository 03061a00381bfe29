"""Routes of a phone's history: what was said before a device was linked."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.connections.network import Network
from sandbox.control.errors import body
from sandbox.control.phone_settings import chat_of
from sandbox.control.phones import phone_of
from sandbox.control.sinks import free_numbers
from sandbox.history.chunks import chunks_of
from sandbox.history.histories import History
from sandbox.history.past import PastChat, PastMessage, made_up
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid

_INLINE: Final = 32_768


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Said(_Model):
    """A message of the past; in a group `from` is who wrote it. Without a `timestamp`: now."""

    text: str = Field(max_length=65_536)
    id: str = Field("", max_length=128)
    timestamp: int | None = Field(None, ge=0)
    from_me: bool = Field(default=False, alias="fromMe")
    sender: str | None = Field(None, alias="from")


class Chat(_Model):
    """A chat of the past: `chat` is a number or a group. `byNumber`: it is named by number, and not by LID."""

    chat: str
    name: str = ""
    push_name: str = Field("", alias="pushName")
    unread: int = Field(0, ge=0)
    pinned: bool = False
    archived: bool = False
    muted_until: int = Field(0, ge=0, lt=2**64, alias="mutedUntil")
    by_number: bool = Field(default=False, alias="byNumber")
    messages: list[Said] = Field(default_factory=list[Said], max_length=100_000)


class NewHistory(_Model):
    """Chats, or how many to make up with so many `messages`. `inline`: see docs/sandbox.md."""

    chats: int | list[Chat]
    messages: int = Field(0, ge=0, le=200_000)
    inline: int = Field(_INLINE, ge=0)

    @model_validator(mode="after")
    def _one_of_both(self) -> NewHistory:
        if isinstance(self.chats, int) != bool(self.messages):
            raise ValueError("give chats, or how many chats and messages to make up")
        if isinstance(self.chats, int) and not 1 <= self.chats <= 10_000:  # noqa: PLR2004 - as the words say
            raise ValueError("chats are 1 to 10000")
        return self


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of history."""
    table = web.RouteTableDef()

    @table.post("/phones/{number}/history")
    async def add(request: web.Request) -> web.Response:
        phone = phone_of(request, network)
        wanted = await body(request, NewHistory)
        if isinstance(wanted.chats, int):
            chats = made_up(_strangers(network, wanted.chats), wanted.messages)
        else:
            chats = [_chat(network, chat) for chat in wanted.chats]
        chunks = await asyncio.to_thread(chunks_of, chats, str(phone.pn_jid()))
        messages = sum(len(chat.messages) for chat in chats)
        network.histories.by_number[phone.number] = History(len(chats), messages, chunks, wanted.inline, chats)
        return web.json_response(_described(network, phone), status=201)

    @table.get("/phones/{number}/history")
    async def show(request: web.Request) -> web.Response:
        return web.json_response(_described(network, phone_of(request, network)))

    return table


def _described(network: Network, phone: Account) -> dict[str, Any]:
    history = network.histories.by_number.get(phone.number)
    if history is None:
        return {"chats": 0, "messages": 0, "chunks": []}
    chunks = [
        {"type": chunk.type, "order": chunk.order, "progress": chunk.progress, "bytes": len(chunk.payload)}
        for chunk in history.chunks
    ]
    return {"chats": history.chats, "messages": history.messages, "chunks": chunks}


def _strangers(network: Network, wanted: int) -> list[tuple[Jid, Jid]]:
    """Make numbers that count what is written to them, and return their LIDs and numbers."""
    made = [network.directory.add(number, sink=True) for number in free_numbers(network, wanted)]
    return [(account.lid_jid(), account.pn_jid()) for account in made]


def _chat(network: Network, wanted: Chat) -> PastChat:
    jid, number = _addresses(network, chat_of(wanted.chat), by_number=wanted.by_number)
    messages = [_message(network, said, place) for place, said in enumerate(wanted.messages)]
    return PastChat(
        jid, number, wanted.name, wanted.push_name, wanted.unread, messages, wanted.pinned, wanted.archived,
        wanted.muted_until,
    )  # fmt: skip


def _message(network: Network, said: Said, place: int) -> PastMessage:
    sender = _addresses(network, chat_of(said.sender), by_number=False)[0] if said.sender else None
    timestamp = int(time.time()) if said.timestamp is None else said.timestamp
    return PastMessage(said.id or f"PAST{place:08X}", said.text, timestamp, said.from_me, sender)


def _addresses(network: Network, chat: Jid, *, by_number: bool) -> tuple[Jid, Jid | None]:
    """Return how a chat is named, and the number beside a LID."""
    account = network.directory.resolve(chat)
    if account is None or by_number:
        return chat, None
    return account.lid_jid(), account.pn_jid()
