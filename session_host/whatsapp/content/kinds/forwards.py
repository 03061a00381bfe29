"""What is passed on: the content as it came, with the keys of its file, which stay valid without another upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.beside import Beside
from session_host.whatsapp.content import surrounding
from session_host.whatsapp.content.kinds.sayings import target_of
from session_host.whatsapp.content.writings import Sayer
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.contracts.content.kind import Content
from shared.contracts.content.sayings import Forward
from shared.errors import TargetUnfit

_PASSED_ON = frozenset({
    "conversation", "extendedTextMessage", "imageMessage", "videoMessage", "ptvMessage", "audioMessage",
    "documentMessage", "documentWithCaptionMessage", "stickerMessage", "locationMessage", "liveLocationMessage",
    "contactMessage", "contactsArrayMessage", "pollCreationMessage", "groupInviteMessage", "eventMessage",
})  # fmt: skip


def forward(_: Forward, message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """A copy of it, one forwarding further."""
    target = target_of(beside)
    came = E2eMessage.FromString(target.message)
    part = next((field.name for field, _ in came.ListFields() if field.name in _PASSED_ON), None)
    if part is None or getattr(getattr(came, part), "viewOnce", False):
        raise TargetUnfit("This message cannot be forwarded. Nothing was sent.", messageId=target.id, type=target.type)
    came, into = _unwrapped(came, message)
    if came.conversation:
        came = E2eMessage(extendedTextMessage={"text": came.conversation})
    part = next(field.name for field, _ in came.ListFields() if field.name in _PASSED_ON)
    content = getattr(into, part)
    content.CopyFrom(getattr(came, part))
    times = content.contextInfo.forwardingScore + 1
    content.ClearField("contextInfo")
    if (around := surrounding.of(beside)) is not None:
        content.contextInfo.CopyFrom(around)
    content.contextInfo.isForwarded, content.contextInfo.forwardingScore = True, times


def _unwrapped(came: Any, message: Any) -> tuple[Any, Any]:  # noqa: ANN401 - protobufs
    """What came without its wrapper, and what it goes into: a document with words is wrapped, by phones too."""
    if came.HasField("documentWithCaptionMessage"):
        came = came.documentWithCaptionMessage.message
    if came.documentMessage.caption:
        return came, message.documentWithCaptionMessage.message
    return came, message


SAYERS: Mapping[type[Content], Sayer] = {Forward: forward}
