"""What is said about another message: edits, deletes, reactions, pins; and those of them that are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from session_host.whatsapp.library.neonize_client import MessageKinds
from shared.contracts.cards import Pin
from shared.contracts.shown import Reaction, Shown

_EDITS = frozenset({MessageKinds.SEALED_EDIT, MessageKinds.SEALED_EVENT_EDIT, MessageKinds.SEALED_POLL_EDIT})


def reaction(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """An emoji on a message; an empty one takes it back."""
    about = Reaction(message_id=content.key.ID, emoji=content.text)
    shown = Shown(message=text_of(content.text), reaction=about)
    return Reading("reaction", shown, content.key, content.senderTimestampMS)


def sealed_reaction(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """An emoji that only who has the message's secret can read (in communities)."""
    key = content.targetMessageKey
    return Reading("reaction", Shown(reaction=Reaction(message_id=key.ID)), key)


def sealed(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """An edit that only who has the message's secret can read, as phones send them since May 2026."""
    key = content.targetMessageKey
    type_ = "poll_option" if content.secretEncType == MessageKinds.SEALED_POLL_OPTION else "unknown"
    return Reading("edit" if content.secretEncType in _EDITS else type_, Shown(message_id=key.ID), key)


def pin(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A message that everybody sees on top of the chat, or does no more."""
    shown = Pin(message_id=content.key.ID, pinned=content.type == MessageKinds.PIN)
    return Reading("pin", Shown(message_id=content.key.ID, pin=shown), content.key)


def about(type_: str, key: str) -> Reader:
    """A reader of a kind that only names a message."""

    def read(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
        target = getattr(content, key)
        return Reading(type_, Shown(message_id=target.ID), target)

    return read


def revoked(protocol: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A message that was deleted for everyone."""
    return Reading("revoke", Shown(deleted=True, message_id=protocol.key.ID), protocol.key)


def edited(protocol: Any, now: Reading | None) -> Reading:  # noqa: ANN401 - a protobuf
    """A message that says something else from now on."""
    shown = Shown() if now is None else now.shown
    said = shown.model_copy(update={"edited": True, "message_id": protocol.key.ID})
    return Reading("edit", said, protocol.key)


READERS: Mapping[str, Reader] = {
    "reactionMessage": reaction,
    "encReactionMessage": sealed_reaction,
    "secretEncryptedMessage": sealed,
    "pinInChatMessage": pin,
    "encCommentMessage": about("unknown", "targetMessageKey"),
}
