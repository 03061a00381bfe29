"""What a session has still to do about what arrived, by its settings: entries of the journal until it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

from shared.contracts.event import AboutPeople, Event, Person


class CallToReject(AboutPeople):
    """A call is to be rejected, and who called to be told why."""

    kind: Literal["call_to_reject"] = "call_to_reject"
    id: str
    caller: Person

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced."""
        return self.model_copy(update={"caller": each(self.caller)})


class MessagesToRead(Event):
    """Messages of one sender in one chat are in the inbox, and WhatsApp is to be told that they were read."""

    kind: Literal["messages_to_read"] = "messages_to_read"
    chat: str
    """A JID, as the sender's."""
    sender: str
    message_ids: tuple[str, ...]
