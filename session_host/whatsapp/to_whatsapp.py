"""What we send, as WhatsApp's protobuf."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.content.registry import WRITERS
from session_host.whatsapp.library.neonize_client import ContextInfo, E2eMessage, MessageContextInfo
from shared.contracts.content.kind import Content
from shared.messages.model import ChatTimer


def serialise(content: Content, secret: bytes, timer: ChatTimer | None = None) -> bytes:
    """The bytes of a message with its secret, and the disappearing timer of its chat."""
    message = E2eMessage(messageContextInfo=MessageContextInfo(messageSecret=secret))
    WRITERS[type(content)](content, message, _surrounding(timer))
    return message.SerializeToString()


def _surrounding(timer: ChatTimer | None) -> Any:  # noqa: ANN401 - a protobuf
    if timer is None:
        return None
    return ContextInfo(expiration=timer.seconds, ephemeralSettingTimestamp=timer.set_at)
