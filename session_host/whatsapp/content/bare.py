"""A message of ours as WhatsApp has it, from its row: the content alone. And what can be read in a kept protobuf."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from session_host.whatsapp.content.registry import WRITERS
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.contracts.contents import CONTENT


def bare(content: dict[str, Any]) -> bytes:
    """A row's content as the bytes of a `waE2E.Message`; empty when it cannot be had without sending it.

    Of what has a file that is the caption: the file itself is WhatsApp's only once it is uploaded.
    """
    message = E2eMessage()
    if "file" in content:
        message.conversation = content.get("caption") or ""
        return message.SerializeToString()
    try:
        read = CONTENT.validate_python(content)
        WRITERS[type(read)](read, message, None)
    except (ValidationError, LookupError):
        return b""
    return message.SerializeToString()


def secret_in(message: bytes) -> bytes:
    """The secret that a kept message came with; empty when it has none."""
    return E2eMessage.FromString(message).messageContextInfo.messageSecret
