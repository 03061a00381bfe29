"""Chats: who they are with, what was said in them, and how much of that nobody has read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.chats.on_phone import OnPhone
from shared.ids import first_message_id, is_message_id, made_at
from shared.jids import LID, PHONE
from shared.messages.model import OutboundMessage
from shared.messages.received import InboundMessage

MOST_UNREAD = 999
"""Messages are counted up to so many."""
UNCOUNTED = ("", "reaction", "vote", "event_answer", "edit", "revoke", "pin")
"""Types of what arrives that is said about other messages, or is not there: nobody has to read it."""
_SENT = "m"
"""What the places of sent messages have behind their milliseconds: letters of their ids."""

Entry = InboundMessage | OutboundMessage
"""One message of a chat: what arrived, or was written on the phone, and what was sent from here."""


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """What somebody tells of a chat; None says nothing of it."""

    chat: str
    """A JID: of a person by number where that is known."""
    name: str | None = None
    """Of a person as the phone has saved them, or the subject of a group."""
    lid: str | None = None
    """Of a person whose chat is named by number: rows under both are one chat."""
    on_phone: OnPhone | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat, as it is listed."""

    chat: str
    """A JID: of a person by number where that is known."""
    lid: str | None
    name: str | None
    """The saved one, else what they call themselves; of a group its subject. None while nobody has told."""
    unread: int
    """Messages that arrived since the session last wrote into it, or it was marked read; up to `MOST_UNREAD`."""
    last: Entry
    """The newest message."""
    on_phone: OnPhone | None = None
    """None while the phone has not said."""


@dataclass(frozen=True, slots=True)
class ChatsPage:
    """By their last message, the newest first; `next` is the cursor of the page after this one, None at the end."""

    chats: tuple[Chat, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Messages, the newest first; `next` is the cursor of the page after this one, None at the end.

    A page of large messages is shorter than was asked for (`shared.messages.paging`).
    """

    entries: tuple[Entry, ...]
    next: str | None


def chat_with(entry: Entry) -> str:
    """The chat that a message is in, as its row has it."""
    return entry.chat if isinstance(entry, InboundMessage) else entry.to


def place_of(entry: Entry) -> str:
    """Where a message is in its chat: sorts by time, and is the cursor of the API."""
    return entry.position if isinstance(entry, InboundMessage) else place_of_sent(entry.id)


def in_chat(chat: str, entry: Entry) -> Entry:
    """The message under the name of its chat: its row may have the LID of a person whose number is known by now."""
    if isinstance(entry, InboundMessage):
        return entry if entry.chat == chat else replace(entry, chat=chat)
    return entry if entry.to == chat else replace(entry, to=chat)


def place_of_sent(message_id: str) -> str:
    """The place of a message that was sent from here, by its id."""
    return f"{made_at(message_id):013d}-{message_id}"


def sent_before(place: str) -> str:
    """The id that those of sent messages before a place are lower than."""
    moment, _, rest = place.partition("-")
    return rest if rest.startswith(_SENT) else first_message_id(int(moment))


def place_at(moment: int) -> str:
    """A place behind everything that was there at that moment, in milliseconds since 1970."""
    return f"{moment:013d}-~"


def is_place(text: str) -> bool:
    """Whether a text has the form of a place."""
    moment, dash, rest = text.partition("-")
    return len(moment) == _DIGITS and moment.isascii() and moment.isdigit() and bool(dash) and _is_rest(rest)


_DIGITS = 13
_LONGEST_REST = 40


def _is_rest(rest: str) -> bool:
    if rest.startswith(_SENT):
        return is_message_id(rest)
    return 0 < len(rest) <= _LONGEST_REST and rest.isascii() and rest.isalnum()


def is_of_person(chat: str) -> bool:
    """Whether a chat is one with a person."""
    return chat.endswith((f"@{PHONE}", f"@{LID}"))
