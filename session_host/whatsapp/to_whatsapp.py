"""What we send, as WhatsApp's protobuf."""

from __future__ import annotations

from session_host.whatsapp.beside import Beside
from session_host.whatsapp.content import surrounding
from session_host.whatsapp.content.registry import SAYERS, WRITERS
from session_host.whatsapp.library.neonize_client import E2eMessage, MessageContextInfo
from shared.contracts.content.kind import Content

_NOTHING = Beside()


def serialise(content: Content, secret: bytes, beside: Beside | None = None) -> bytes:
    """The bytes of a message with its secret, and what goes with its content."""
    message = E2eMessage(messageContextInfo=MessageContextInfo(messageSecret=secret))
    say = SAYERS.get(type(content))
    if say is not None:
        say(content, message, beside or _NOTHING)
    else:
        WRITERS[type(content)](content, message, None if beside is None else surrounding.of(beside))
    return message.SerializeToString()
