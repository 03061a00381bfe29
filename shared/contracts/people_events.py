"""What happened to people: who comes, goes and writes, and what they changed about themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

from shared.contracts.event import AboutPeople, Person
from shared.jids import PHONE


class PresenceChanged(AboutPeople):
    """Somebody came, went, or began or stopped to write. Of those whom the session follows, and who write to it."""

    kind: Literal["presence_changed"] = "presence_changed"
    who: Person
    chat: str | None = None
    """Where they write: a person's address, by number where that is known, or a group's. None: they came or went."""
    state: Literal["available", "unavailable", "composing", "recording", "paused"]
    last_seen: int | None = None
    """Seconds since 1970; None when they hide it, or are there."""

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced; a chat with who is named then is named by their number."""
        who = each(self.who)
        return self.model_copy(update={"who": who, "chat": self.chat and chat_with(who, self.chat)})


def chat_with(who: Person, address: str) -> str:
    """The chat at an address in which somebody writes: by their number, where it is theirs and that is known."""
    return f"{who.number}@{PHONE}" if address == who.lid and who.number is not None else address


class ContactChanged(AboutPeople):
    """Somebody changed what they show of themselves. Of the text about them WhatsApp tells the library nothing."""

    kind: Literal["contact_changed"] = "contact_changed"
    who: Person
    what: Literal["picture"]
    removed: bool = False
    """There is none any more."""
    timestamp: int
    """Seconds since 1970, WhatsApp's."""

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced."""
        return self.model_copy(update={"who": each(self.who)})
