"""What became of messages that were sent by the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from shared.contracts.event import Event
from shared.discreet import Discreet


class Why(Discreet):
    """An error of the catalogue."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict[str, Any])


class MessageEnded(Event):
    """What became of one message; `at` is when its row said so."""

    kind: Literal["message_ended"] = "message_ended"
    message_id: str
    state: Literal["sent", "failed", "expired", "unknown"]
    chat: str
    chat_lid: str | None = None
    """Of the person, where it is known."""
    type: str
    wa_id: str | None = None
    sender: str | None = None
    """Digits."""
    sender_lid: str | None = None
    client_ref: str | None = None
    timestamp: int | None = None
    """When it was sent; seconds since 1970, WhatsApp's."""
    why: Why | None = None


class MessagesEnded(Event):
    """What became of several messages of a session, in order: one entry of the log, of which readers make one each.

    An entry for each would make every send dearer, and so would reading more of it than is needed where it passes by.
    """

    kind: Literal["messages_ended"] = "messages_ended"
    ends: tuple[dict[str, Any], ...]
    """Each a `MessageEnded` as JSON."""
    marks: tuple[str, ...] = ()
    """Of their rows (`shared.messages.untold`)."""


def name_of(end: Mapping[str, Any]) -> str:
    """What names an end for ever: it is the same however often, and by whom, it is told."""
    return f"{end['message_id']}/{end['state']}/{end.get('wa_id') or ''}"
