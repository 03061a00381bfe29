"""What a message is about, where it says something of another one: reactions, edits, deletes, votes, pins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from neonize.proto.waCommon.WACommon_pb2 import MessageKey
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message, PinInChatMessage, ProtocolMessage, SecretEncryptedMessage

STANZAS: Final = {
    "reaction": ("reaction", ""),
    "vote": ("poll", ""),
    "edit": ("text", ""),
    "revoke": ("text", ""),
    "pin": ("text", ""),
    "unpin": ("text", ""),
}
"""The `type` and `mediatype` that the stanza of each has to have."""


@dataclass(frozen=True, slots=True)
class About:
    """What it does, and to which message: the id is all that every client agrees on in a chat of two."""

    what: str
    id: str


def about(content: Message) -> About | None:
    """Return what a message says of another one, None when it is one of its own."""
    if content.HasField("editedMessage"):
        return about(content.editedMessage.message)
    found = _found(content)
    return None if found is None else About(found[0], found[1].ID)


def _found(content: Message) -> tuple[str, MessageKey] | None:
    sealed, pin = content.secretEncryptedMessage, content.pinInChatMessage
    found = None
    if content.HasField("reactionMessage"):
        found = "reaction", content.reactionMessage.key
    elif content.HasField("pollUpdateMessage"):
        found = "vote", content.pollUpdateMessage.pollCreationMessageKey
    elif content.protocolMessage.HasField("key"):
        what = _PROTOCOL.get(content.protocolMessage.type)
        found = None if what is None else (what, content.protocolMessage.key)
    elif sealed.secretEncType == SecretEncryptedMessage.MESSAGE_EDIT:
        found = "edit", sealed.targetMessageKey
    elif content.HasField("pinInChatMessage"):
        found = "pin" if pin.type == PinInChatMessage.PIN_FOR_ALL else "unpin", pin.key
    return found


_PROTOCOL: Final = {ProtocolMessage.MESSAGE_EDIT: "edit", ProtocolMessage.REVOKE: "revoke"}
