"""What happened to a chat on the number's phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

from shared.contracts.event import AboutPeople, Person
from shared.contracts.people_events import chat_with


class ChatRead(AboutPeople):
    """The number read messages of a chat on its phone, or on another device of it."""

    kind: Literal["chat_read"] = "chat_read"
    chat: str
    """A JID: by number where that is known."""
    who: Person | None = None
    """Of a chat with one person: they."""
    message_ids: tuple[str, ...]
    """WhatsApp's."""
    timestamp: int
    """Seconds since 1970, WhatsApp's."""

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced; the chat with one is named by their number then."""
        if self.who is None:
            return self
        who = each(self.who)
        return self.model_copy(update={"who": who, "chat": chat_with(who, self.chat)})
