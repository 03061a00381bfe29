"""The row of a message that arrived, or that was said before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zstandard import ZstdCompressor

from shared.contracts.events import MessageReceived
from shared.messages.received import InboundMessage

_zstd = ZstdCompressor()
"""Used on the event loop alone. One for each message would take three times as long."""


def row_of(
    uid: str, event: MessageReceived, raw: bytes | None, position: str, about_file: Mapping[str, Any] | None
) -> InboundMessage:
    """The row of a session's message at this position; where it has a file, with what is to be said of that."""
    content = event.content.model_dump(mode="json")
    if about_file is not None and event.content.media is not None:
        content["media"] |= about_file
    return InboundMessage(
        session_uid=uid,
        position=position,
        id=event.id,
        chat=event.chat,
        from_number=event.from_number,
        from_lid=event.from_lid,
        from_me=event.from_me,
        timestamp=event.timestamp,
        type=event.type,
        push_name=event.push_name,
        content=content,
        raw=None if raw is None else _zstd.compress(raw),
    )
