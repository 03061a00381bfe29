"""Puts what a part of a piece tells into the stores, once it is known who everybody is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog

from session_host.inbound.completing import Sources
from session_host.inbound.entry import Entry
from session_host.inbound.rows import row_of
from session_host.inbound.saying import KINDS, change_by
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.introductions import introduced, strangers
from session_host.whatsapp.past.piece import PastMessage, Told
from shared.chats.model import ChatFacts
from shared.chats.ports import Chats
from shared.contracts.events import MessageReceived
from shared.errors import StoreUnavailable
from shared.jids import LID, PHONE
from shared.messages.changes import Change
from shared.messages.ports import Inbox
from shared.messages.received import InboundMessage, history_position

T = TypeVar("T")

_BY_LID = f"@{LID}"

_log = structlog.get_logger(__name__)

_NOT_FETCHED = {"state": "gone", "reason": "history"}
"""Of a file: WhatsApp may still have it, and somebody may ask for it."""


class Storing:
    """The stores, and who knows which number a LID has."""

    def __init__(self, inbox: Inbox, chats: Chats, sources: Callable[[str], Sources]) -> None:
        self._inbox = inbox
        self._chats = chats
        self._sources = sources

    async def put(self, uid: str, told: Told, people: Acquaintances) -> int:
        """Store what is told of a session; how many messages. May be repeated. Raises StoreUnavailable."""
        await self._meet(uid, told, people)
        rows: list[InboundMessage] = []
        said: list[Change] = []
        for message in told.messages:
            event = await self._opened(uid, _introduced(message.event, people), message)
            if event is None:
                continue
            if event.type not in KINDS:
                rows.append(_row(uid, message, event, people))
            elif event.target is not None:
                said.append(
                    change_by(Entry(0, uid, event.model_dump_json().encode(), message.raw), event, event.target)
                )
        await self._each(uid, partial(self._chats.learn, uid), _facts(told, people))
        await self._each(uid, self._inbox.append, rows)
        await self._each(uid, self._inbox.change, said)
        return len(rows)

    async def make_searchable(self, uid: str) -> bool:
        """Do a part of what the first search would wait for; whether there is more. Raises StoreUnavailable."""
        return await self._chats.make_searchable(uid)

    async def _meet(self, uid: str, told: Told, people: Acquaintances) -> None:
        """Learn the numbers of those of whom nobody has asked yet."""
        lids = {lid for message in told.messages for lid in strangers(message.event)}
        lids |= {chat.chat for chat in told.chats if chat.chat.endswith(_BY_LID)}
        asked = people.unasked(lids)
        if not asked:
            return
        try:
            people.learn_all(asked, await self._sources(uid).numbers_of(asked))
        except OSError as error:
            _log.warning("past_incomplete", session=uid, error=repr(error))

    async def _opened(self, uid: str, event: MessageReceived, message: PastMessage) -> MessageReceived | None:
        """What was sealed, open; None when nothing opens it any more: its secret came before the session did."""
        if not event.sealed or message.raw is None:
            return event
        try:
            (found,) = await self._sources(uid).unsealed([(event, message.raw)])
        except OSError:
            return None
        return None if found.sealed else found

    async def _each(self, uid: str, put: Callable[[Sequence[T]], Awaitable[object]], work: Sequence[T]) -> None:
        """Put all at once or, when the store refuses one for what it is, one by one without that one."""
        if not work:
            return
        try:
            await put(work)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is: one message must not hold up the others
            if len(work) == 1:
                _log.error("past_not_stored", session=uid, error=type(error).__name__)
                return
            for one in work:
                await self._each(uid, put, [one])


def _introduced(event: MessageReceived, people: Acquaintances) -> MessageReceived:
    known = people.numbers_of(strangers(event))
    after = introduced(event, known) if known else event
    return after if isinstance(after, MessageReceived) else event


def _row(uid: str, message: PastMessage, event: MessageReceived, people: Acquaintances) -> InboundMessage:
    row = row_of(uid, event, message.raw, history_position(event.timestamp, event.id), _NOT_FETCHED)
    if message.deleted:
        return replace(row, content={"deleted": True})
    for remark in message.remarks:
        number = remark.number or (people.number_of(remark.lid) if remark.lid else None)
        row = row.changed_by(replace(remark, chat=event.chat, number=number))
    return row


def _facts(told: Told, people: Acquaintances) -> list[ChatFacts]:
    """What is told of chats, each by the one address that it has."""
    facts = [ChatFacts(f"{number}@{PHONE}", lid=lid) for lid, number in told.numbers.items()]
    facts += [ChatFacts(_by_number(address, people), name=name) for address, name in told.names.items()]
    for chat in told.chats:
        address = _by_number(chat.chat, people)
        facts.append(ChatFacts(address, chat.name, chat.lid if address != chat.lid else None, chat.on_phone))
    return facts


def _by_number(address: str, people: Acquaintances) -> str:
    number = people.number_of(address) if address.endswith(_BY_LID) else None
    return f"{number}@{PHONE}" if number else address
