"""The kinds of messages that can be sent: a row is a route, with its body, its documents and its command of the CLI."""

from __future__ import annotations

from functions.messages.schemas import SendTextBody
from functions.messages.sends import Kind
from shared.contracts.content.location import Location
from shared.contracts.content.text import Text
from shared.errors import TextTooLong

KINDS = (
    Kind(
        "/api/send-message",
        Text,
        "Send a text message and wait for WhatsApp's acknowledgement.",
        body=SendTextBody,
        errors=(TextTooLong,),
    ),
    Kind("/api/send-location", Location, "Send a place on the map."),
)
