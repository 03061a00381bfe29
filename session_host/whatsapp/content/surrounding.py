"""What surrounds the content of a message of ours, as a `ContextInfo`: the counterpart of `context`."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.beside import Beside
from session_host.whatsapp.library.neonize_client import ContextInfo, E2eMessage


def of(beside: Beside) -> Any:  # noqa: ANN401 - a protobuf
    """It, None when there is nothing to be said."""
    info = ContextInfo()
    if beside.timer is not None:
        info.expiration, info.ephemeralSettingTimestamp = beside.timer.seconds, beside.timer.set_at
    if beside.quoted is not None:
        info.stanzaID, info.participant = beside.quoted.id, beside.quoted.author
        info.quotedMessage.CopyFrom(_alone(beside.quoted.message))
    info.mentionedJID.extend(beside.mentions)
    if beside.forwarded:
        info.isForwarded, info.forwardingScore = True, 1
    return info if info.ByteSize() else None


def _alone(message: bytes) -> Any:  # noqa: ANN401 - a protobuf
    """The content of a message, without what surrounds it there."""
    content = E2eMessage.FromString(message)
    content.ClearField("messageContextInfo")
    for field, value in content.ListFields():
        if field.message_type is not None and "contextInfo" in field.message_type.fields_by_name:
            value.ClearField("contextInfo")
    return content
