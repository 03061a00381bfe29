"""What we send, as WhatsApp's protobuf."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.beside import Beside
from session_host.whatsapp.content import looks, previews, surrounding
from session_host.whatsapp.content.kinds import albums
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
    if beside is not None:
        _tell(message, beside)
    return message.SerializeToString()


def _tell(message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """What no kind has a field of its own for."""
    if beside.album is not None:
        albums.tie(message, beside.album)
    if beside.preview is not None:
        previews.show(message, beside.preview, beside.thumbnail)
    if beside.look is not None:
        looks.show(message, beside.look)
