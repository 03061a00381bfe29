"""Text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading
from session_host.whatsapp.content.writings import Writer
from shared.contracts.content.kind import Content
from shared.contracts.content.text import Text
from shared.contracts.shown import Shown


def plain(text: str) -> Reading:
    """Text without anything else."""
    return Reading("text", Shown(message=text))


def extended(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """Text with a link preview, a quote or mentions."""
    return Reading("text", Shown(message=content.text))


def write(text: Text, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """As `conversation`, as the phone sends text without a quote, a mention, a link preview or a timer."""
    if surrounding is None:
        message.conversation = text.text
    else:
        message.extendedTextMessage.text = text.text
        message.extendedTextMessage.contextInfo.CopyFrom(surrounding)


def extended_in(message: Any) -> Any:  # noqa: ANN401 - protobufs
    """The text of a message of ours in the form that carries more than its words, which it has from now on."""
    text = message.extendedTextMessage
    if message.conversation:
        text.text = message.conversation
        message.ClearField("conversation")
    return text


READERS: Mapping[str, Reader] = {"conversation": plain, "extendedTextMessage": extended}
WRITERS: Mapping[type[Content], Writer] = {Text: write}
