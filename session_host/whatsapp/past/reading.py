"""Reads a piece of what was said before, a little at a time: it may be tens of megabytes, and is never in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import Any

import structlog
from google.protobuf.message import DecodeError

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.content.people import number_and_lid
from session_host.whatsapp.library.history import (
    Conversation,
    HistorySyncMsg,
    InlineContact,
    Numbers,
    PhoneNumberToLIDMapping,
    Pushname,
    type_name,
)
from session_host.whatsapp.past.chats import Address, address_of, chat_of
from session_host.whatsapp.past.fields import Field, fields
from session_host.whatsapp.past.messages import message_of
from session_host.whatsapp.past.piece import Told
from shared.jids import PHONE
from shared.sessions.chosen import Ignore

_log = structlog.get_logger(__name__)

_LONGEST_MESSAGE = 4 << 20
_LONGEST_CHAT = 1 << 20
"""Bytes of a message, and of all that is said of a chat besides its messages; longer ones are left out."""
_LONGEST_NAME = 256
_NO_NAME = "-"
"""What phones have for somebody who has not said how they are called."""


@dataclass(frozen=True, slots=True)
class About:
    """What a piece says of itself."""

    name: str
    """`RECENT-3`: its type, and its place among those of that type."""
    progress: int | None
    """How much of everything has come with it, by the phone's count; per cent."""
    begin: int
    end: int
    """Where it lies in the file."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken of a session's past."""

    uid: str
    since: int
    """Seconds since 1970."""
    ignore: Ignore
    at_once: int
    """Messages that are read together."""


def about(data: mmap, begin: int) -> About:
    """What the piece says that the library gave, from this place of a file. Raises ValueError when it is none."""
    inner = next((field for field in fields(data, begin, len(data)) if field.number == 1), None)
    if inner is None:
        raise ValueError("nothing in it")
    said = {field.number: field.value for field in fields(data, inner.begin, inner.end) if field.begin == field.end}
    progress = said.get(Numbers.PROGRESS)
    return About(
        name=piece_name(said.get(Numbers.SYNC_TYPE, 0), said.get(Numbers.CHUNK_ORDER, 0)),
        progress=None if progress is None else min(progress, 100),
        begin=inner.begin,
        end=inner.end,
    )


def piece_name(kind: int, order: int) -> str:
    """What a piece is called here."""
    return f"{type_name(kind)}-{order}"


def read(data: mmap, piece: About, people: Acquaintances, wanted: Wanted, skip: int = 0) -> Iterator[Told]:
    """What a piece tells, in parts of a few messages; what cannot be read is left out, and logged.

    Args:
        data: the file.
        piece: where it lies there.
        people: who is who; learns from the piece.
        wanted: what is taken.
        skip: how many messages were looked at before.
    """
    yield from _people(data, piece, people, wanted.at_once)
    reader = _Reader(data, people, wanted, skip)
    for field in fields(data, piece.begin, piece.end):
        if field.number == Numbers.CONVERSATIONS:
            try:
                yield from reader.conversation(field)
            except (ValueError, DecodeError) as error:
                _log.warning("past_chat_not_understood", session=wanted.uid, error=type(error).__name__)
    yield reader.told


class _Reader:
    """Counts messages over the conversations of a piece."""

    def __init__(self, data: mmap, people: Acquaintances, wanted: Wanted, skip: int) -> None:
        self._data = data
        self._people = people
        self._wanted = wanted
        self._skip = skip
        self._place = 0
        self.told = Told()

    def conversation(self, field: Field) -> Iterator[Told]:
        """One chat with its messages. Raises ValueError or DecodeError for one that is none."""
        parts = list(fields(self._data, field.begin, field.end))
        head = [part for part in parts if part.number != Numbers.MESSAGES]
        if sum(part.end - part.start for part in head) > _LONGEST_CHAT:
            raise ValueError("too much is said of a chat")
        said = Conversation.FromString(b"".join(self._data[part.start : part.end] for part in head))
        address = address_of(said, self._people)
        taken = address is not None and not self._wanted.ignore.has(address.chat)
        if taken and address is not None:
            self.told.chats.append(chat_of(said, address))
            yield from self._if_full()
        for part in parts:
            if part.number != Numbers.MESSAGES:
                continue
            self._place += 1
            self.told.place = self._place
            if self._place > self._skip and taken and address is not None:
                self._message(part, address)
            yield from self._if_full()

    def _if_full(self) -> Iterator[Told]:
        if self.told.size >= self._wanted.at_once:
            told, self.told = self.told, Told(place=self._place)
            yield told

    def _message(self, field: Field, address: Address) -> None:
        if field.end - field.begin > _LONGEST_MESSAGE:
            _log.warning("past_message_too_long", session=self._wanted.uid, bytes=field.end - field.begin)
            return
        try:
            said = HistorySyncMsg.FromString(self._data[field.begin : field.end]).message
            if said.messageTimestamp < self._wanted.since:
                return
            found = message_of(said, address, self._people, self._wanted.uid)
        except Exception as error:  # noqa: BLE001 - whatever somebody once made up: the others are read all the same
            _log.warning("past_message_not_understood", session=self._wanted.uid, error=type(error).__name__)
            return
        if found is not None:
            self.told.messages.append(found)


def _people(data: mmap, piece: About, people: Acquaintances, at_once: int) -> Iterator[Told]:
    """Who has which number and is called how: before the chats, which are named by it."""
    told = Told()
    for field in fields(data, piece.begin, piece.end):
        kind = _OF_PEOPLE.get(field.number)
        if kind is None or field.end - field.begin > _LONGEST_CHAT:
            continue
        try:
            _learn(kind.FromString(data[field.begin : field.end]), told, people)
        except (ValueError, DecodeError) as error:
            _log.warning("past_name_not_understood", error=type(error).__name__)
        if told.size >= at_once:
            yield told
            told = Told()
    if told.size:
        yield told


_OF_PEOPLE: dict[int, Any] = {
    Numbers.NUMBERS: PhoneNumberToLIDMapping,
    Numbers.PUSH_NAMES: Pushname,
    Numbers.CONTACTS: InlineContact,
}


def _learn(said: Any, told: Told, people: Acquaintances) -> None:  # noqa: ANN401 - a protobuf
    if isinstance(said, Pushname):
        _name(said.ID, said.pushname, told.push_names)
        return
    (number, _), (_, lid) = number_and_lid(said.pnJID), number_and_lid(said.lidJID)
    if number and lid:
        people.learn(lid, number)
        told.numbers[lid] = number
    if isinstance(said, InlineContact):
        _name(said.pnJID or said.lidJID, said.fullName, told.names)


def _name(address: str, name: str, names: dict[str, str]) -> None:
    number, lid = number_and_lid(address)
    who = f"{number}@{PHONE}" if number else lid
    if who and name and name != _NO_NAME:
        names[who] = name[:_LONGEST_NAME]
