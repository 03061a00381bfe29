"""A chat by what is at its end and what is known of it, put together from the rows of its addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shared.chats.model import ChatFacts, place_of_sent
from shared.chats.on_phone import OnPhone
from shared.messages.received import STATUS_CHAT

LAST = "9" * 13
"""Behind every place."""
FIRST = "0" * 13 + "-"
"""Before every place."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a store has been told of one address."""

    address: str
    lid: str | None = None
    name: str | None = None
    push_name: str | None = None
    read: str | None = None
    """Everything up to this place was read."""
    removed: str | None = None
    """Everything up to this place was removed."""
    on_phone: str | None = None
    """An `OnPhone`, as it is kept."""


@dataclass(slots=True)
class Head:
    """A chat. Places are those of `shared.chats.model`."""

    chat: str
    lid: str | None = None
    name: str | None = None
    push_name: str | None = None
    read: str = FIRST
    removed: str = FIRST
    last: str = FIRST
    """Of its newest message."""
    written: str = FIRST
    """Of the newest that was sent from here."""
    told_by_phone: str | None = None
    """An `OnPhone`, as it is kept."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Under which its rows are."""
        return (self.chat,) if self.lid is None else (self.chat, self.lid)

    @property
    def called(self) -> str | None:
        """Its name."""
        return self.name or self.push_name

    @property
    def on_phone(self) -> OnPhone | None:
        """How the phone has it, as far as that is known."""
        return OnPhone.model_validate_json(self.told_by_phone) if self.told_by_phone else None

    @property
    def seen(self) -> str:
        """Behind this place everything is unread that others wrote."""
        return max(self.read, self.removed, self.written)

    def told(self, known: Known) -> None:
        """Take what is known of one of its addresses."""
        self.lid, self.name = self.lid or known.lid, self.name or known.name
        self.push_name = self.push_name or known.push_name
        self.told_by_phone = self.told_by_phone or known.on_phone
        self.read, self.removed = max(self.read, known.read or FIRST), max(self.removed, known.removed or FIRST)

    def has(self, arrived: str | None, sent: str | None) -> None:
        """Know the newest of what arrived, by its position, and of what was sent, by its id."""
        if sent is not None:
            self.written = max(self.written, place_of_sent(sent))
        self.last = max(self.last, arrived or FIRST, self.written)

    def is_meant(self, search: str) -> bool:
        """Whether its name or number has this text in it, in whichever case."""
        wanted = search.casefold()
        words = (self.name, self.push_name, self.chat.partition("@")[0])
        return any(wanted in word.casefold() for word in words if word)


def kept_on_phone(facts: ChatFacts) -> str | None:
    """How the phone has a chat, as it is kept; None when it does not say."""
    return None if facts.on_phone is None else facts.on_phone.model_dump_json(exclude_defaults=True)


def put_together(
    known: Iterable[Known], arrived: Iterable[tuple[str, str]], sent: Iterable[tuple[str, str]] = ()
) -> list[Head]:
    """Chats with messages, but for status updates, by their newest message, the newest first.

    Args:
        known: all that is known, of every address.
        arrived: addresses, each with the position of the newest that arrived.
        sent: addresses, each with the id of the newest that was sent to it.
    """
    known = list(known)
    numbers = {each.lid: each.address for each in known if each.lid is not None}
    found: dict[str, Head] = {}
    for addresses, is_sent in ((arrived, False), (sent, True)):
        for address, newest in addresses:
            chat = numbers.get(address, address)
            head = found.setdefault(chat, Head(chat))
            head.has(None, newest) if is_sent else head.has(newest, None)
    for each in known:
        if (head := found.get(numbers.get(each.address, each.address))) is not None:
            head.told(each)
    there = (head for head in found.values() if head.last > head.removed and head.chat != STATUS_CHAT)
    return sorted(there, key=lambda head: head.last, reverse=True)
