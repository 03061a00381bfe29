"""What we send, as WhatsApp's protobuf."""

from __future__ import annotations

from session_host.whatsapp.neonize_client import E2eMessage, MessageContextInfo
from shared.contracts.content import Content


def serialise(content: Content, secret: bytes) -> bytes:
    """The bytes of a message with its secret.

    Text goes as `conversation`, as the phone sends text without a quote, a mention or a link preview.
    """
    return E2eMessage(
        conversation=content.text, messageContextInfo=MessageContextInfo(messageSecret=secret)
    ).SerializeToString()
