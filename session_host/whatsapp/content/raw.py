"""The protobuf of a message as it is kept: whole, without keys that are for devices only, and never too large."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.content.reading import NOT_CONTENT
from session_host.whatsapp.content.size import MOST_RAW
from session_host.whatsapp.library.neonize_client import E2eMessage

_NOT_KEPT = NOT_CONTENT - {"messageContextInfo"}
_WRAPPERS = {
    "IsViewOnce": "viewOnceMessage",
    "IsViewOnceV2": "viewOnceMessageV2",
    "IsViewOnceV2Extension": "viewOnceMessageV2Extension",
}


def wrapped(event: Any) -> Any:  # noqa: ANN401 - protobufs
    """The message of a neonize event, in the wrapper that the library took off where that says something."""
    for flag, wrapper in _WRAPPERS.items():
        if getattr(event, flag):
            found = E2eMessage()
            getattr(found, wrapper).message.CopyFrom(event.Message)
            return found
    return event.Message


def kept(message: Any) -> bytes | None:  # noqa: ANN401 - a protobuf
    """Its bytes; None when there are more than are kept."""
    secret = [field.name for field, _ in message.ListFields() if field.name in _NOT_KEPT]
    if secret:
        copy = E2eMessage()
        copy.CopyFrom(message)
        for name in secret:
            copy.ClearField(name)
        message = copy
    raw: bytes = message.SerializeToString()
    return raw if len(raw) <= MOST_RAW else None
