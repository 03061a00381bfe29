"""What we send, as WhatsApp's protobuf."""

from __future__ import annotations

from session_host.whatsapp.library.neonize_client import E2eMessage, MessageContextInfo
from shared.contracts.content import Content
from shared.messages.model import ChatTimer


def serialise(content: Content, secret: bytes, timer: ChatTimer | None = None) -> bytes:
    """The bytes of a message with its secret, and the disappearing timer of its chat.

    Text goes as `conversation`, as the phone sends text without a quote, a mention, a link preview or a timer.
    """
    message = E2eMessage(messageContextInfo=MessageContextInfo(messageSecret=secret))
    if timer is None:
        message.conversation = content.text
    else:
        extended = message.extendedTextMessage
        extended.text = content.text
        extended.contextInfo.expiration = timer.seconds
        extended.contextInfo.ephemeralSettingTimestamp = timer.set_at
    return message.SerializeToString()
