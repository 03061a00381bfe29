"""From a message's protobuf to what is shown of it: the one way, for what arrives and for what is read again later.

Each kind, or family of kinds, has a module in `kinds`. What no module knows is `unknown`, with the
words that can be found in it; the protobuf is kept, and a later version may know more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from session_host.whatsapp.content import context
from session_host.whatsapp.content.kinds import albums, changes, titled
from session_host.whatsapp.content.readings import Reading
from session_host.whatsapp.content.registry import READERS
from session_host.whatsapp.library.neonize_client import MessageKinds
from shared.contracts.shown import Shown

NOT_CONTENT = frozenset({
    "messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage", "chat",
    "keepInChatMessage", "placeholderMessage", "messageHistoryNotice", "messageHistoryBundle", "stickerSyncRmrMessage",
    "groupRootKeyShare", "rootSecretDistributeMessage", "statusLinkPreviewMetadata", "limitSharingMessage",
    "acp2SettingMessage", "botTaskMessage", "botPlatformRegistrationSuccessMessage",
})  # fmt: skip
"""Keys, requests between devices and settings: nothing a person wrote."""

_DEEP = 8


def read(message: Any, deep: int = _DEEP) -> Reading | None:  # noqa: ANN401 - a protobuf
    """A `waE2E.Message` as it is shown; None when it carries nothing a person wrote."""
    for field, value in message.ListFields():
        name = field.name
        if name in NOT_CONTENT:
            continue
        if name == "protocolMessage":
            found = _protocol(value, deep)
        elif field.message_type is not None and field.message_type.name in _WRAPPERS:
            found = _unwrapped(name, value, deep)
        else:
            found = _content(name, value, deep)
        if found is not None:
            return found if type(value) is str else _beside(found, message)
    return None


def _beside(found: Reading, message: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """What is said beside the content: the album it is part of, and for how long it is pinned."""
    if not message.HasField("messageContextInfo"):
        return found
    info, shown = message.messageContextInfo, found.shown
    changes: dict[str, Any] = {}
    if (album := albums.part_of(info)) is not None:
        changes["album"] = album
    if shown.pin is not None and shown.pin.pinned and info.messageAddOnDurationInSecs:
        changes["pin"] = shown.pin.model_copy(update={"seconds": info.messageAddOnDurationInSecs})
    return replace(found, shown=shown.model_copy(update=changes)) if changes else found


_WRAPPERS = frozenset({"FutureProofMessage", "DeviceSentMessage"})


def _unwrapped(name: str, wrapper: Any, deep: int) -> Reading | None:  # noqa: ANN401 - a protobuf
    found = read(wrapper.message, deep - 1) if deep else None
    if found is None or found.shown.media is None or not name.startswith("viewOnce"):
        return found
    once = found.shown.media.model_copy(update={"view_once": True})
    return replace(found, shown=found.shown.model_copy(update={"media": once}))


def _protocol(protocol: Any, deep: int) -> Reading | None:  # noqa: ANN401 - a protobuf
    """Edits and deletes; everything else is between devices, and some of it secret."""
    if not protocol.HasField("key"):
        return None
    if protocol.type == MessageKinds.REVOKE:
        return changes.revoked(protocol)
    if protocol.type == MessageKinds.EDIT:
        return changes.edited(protocol, read(protocol.editedMessage, deep - 1) if deep else None)
    return None


def _content(name: str, value: Any, deep: int) -> Reading:  # noqa: ANN401 - a protobuf
    reader = READERS.get(name)
    found = Reading("unknown", Shown(message=titled.words(value))) if reader is None else reader(value)
    info = getattr(value, "contextInfo", None)
    if not info:
        return found
    quoted = read(info.quotedMessage, deep - 1) if deep and info.HasField("quotedMessage") else None
    surrounding = context.fields(info, quoted)
    return replace(found, shown=found.shown.model_copy(update=surrounding)) if surrounding else found
