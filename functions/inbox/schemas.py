"""Bodies and answers of the inbox routes."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.answers import Answer, Optional, Part
from functions.bodies import Body
from functions.session_names import SessionName
from shared.messages.model import InboundMessage


class ClearBody(Body):
    """Which session's inbox to clear."""

    session_id: SessionName | None = None


class Received(Part):
    """One message that arrived, or was sent from the number's phone."""

    id: str
    sender: str | None = Field(alias="from", description="The sender's phone number, when WhatsApp tells it.")
    from_lid: str | None = Field(description="The sender's hidden id.")
    from_me: bool
    chat: str
    timestamp: int = Field(description="Seconds since 1970, WhatsApp's.")
    message: str | None
    push_name: str | None
    type: str
    media: Optional[dict[str, Any]] = None


class InboxAnswer(Answer):
    """A page of a session's inbox, newest first."""

    session_id: str
    messages: list[Received]
    next: str | None = Field(description="Give it as `before` to see older messages; null at the end.")


def received(message: InboundMessage) -> Received:
    """A stored message as its owner sees it."""
    return Received.model_validate(
        {
            "id": message.id,
            "from": message.from_number,
            "from_lid": message.from_lid,
            "from_me": message.from_me,
            "chat": message.chat,
            "timestamp": message.timestamp,
            "message": message.text,
            "push_name": message.push_name,
            "type": message.type,
            "media": message.media,
        }
    )
