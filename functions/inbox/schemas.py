"""Bodies and answers of the inbox routes."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.http.answers import Answer
from functions.http.bodies import Body
from functions.http.session_names import SessionName
from shared.contracts.shown import TYPES, Shown
from shared.messages.received import InboundMessage


class ClearBody(Body):
    """Which session's inbox to clear."""

    session_id: SessionName | None = None


class Received(Shown):
    """One message that arrived, or was sent from the number's phone. What it does not have is left out."""

    id: str
    sender: str | None = Field(alias="from", description="The sender's phone number, when WhatsApp tells it.")
    from_lid: str | None = Field(description="The sender's hidden id, `…@lid`.")
    from_me: bool
    chat: str = Field(description="A person (by number if it is known), a group, or `status@broadcast`.")
    timestamp: int = Field(description="Seconds since 1970, WhatsApp's.")
    message: str | None = Field(default=None, description="Its visible text; null if it has none.")
    push_name: str | None
    type: str = Field(description=f"One of: {', '.join(TYPES)}.")


class InboxAnswer(Answer):
    """A page of a session's inbox, newest first."""

    session_id: str
    messages: list[Received]
    next: str | None = Field(description="Pass it as `before` for older messages; null on the last page.")


def received(message: InboundMessage) -> Received:
    """A stored message as its owner sees it."""
    return Received.model_validate(fields_of(message))


def fields_of(message: InboundMessage) -> dict[str, Any]:
    """The fields of `Received`, by their JSON names."""
    return message.shown | {
        "id": message.id,
        "from": message.from_number,
        "fromLid": message.from_lid,
        "fromMe": message.from_me,
        "chat": message.chat,
        "timestamp": message.timestamp,
        "pushName": message.push_name,
        "type": message.type,
    }
