"""What happened in a session: the entries of its journal."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Event(BaseModel):
    """Base of every event. `at` is the milliseconds since 1970 at which the gateway saw it."""

    model_config = ConfigDict(frozen=True)

    at: int


class MessageReceived(Event):
    """A message arrived, or one was sent from the number's phone or another device of it."""

    kind: Literal["message_received"] = "message_received"
    id: str
    chat: str
    from_number: str | None
    from_lid: str | None
    from_me: bool
    timestamp: int
    """Seconds since 1970, WhatsApp's."""
    type: str
    text: str | None = None
    push_name: str | None = None
    media: dict[str, Any] | None = None


class ReceiptReceived(Event):
    """The other side got, read or played messages."""

    kind: Literal["receipt_received"] = "receipt_received"
    message_ids: tuple[str, ...]
    state: Literal["delivered", "read", "played"]
    chat: str
    timestamp: int


AnyEvent = Annotated[MessageReceived | ReceiptReceived, Field(discriminator="kind")]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
