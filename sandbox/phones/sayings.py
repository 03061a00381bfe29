"""What a phone says, as protobufs, with how they are sent: texts, reactions, edits, deletes, timers."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from sandbox.wire.nodes import Jid
from sandbox.wire.protobufs import e2e


@dataclass(frozen=True, slots=True)
class Saying:
    """A message, and what its stanza says of it in the clear."""

    message: e2e.Message
    type: str = "text"
    edit: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A message that something is said about. `author`: who wrote it, None for the phone's owner."""

    chat: Jid
    id: str
    author: Jid | None = None

    def put_into(self, message: e2e.ReactionMessage | e2e.ProtocolMessage) -> None:
        """Name it in a message about it."""
        key = message.key
        key.remoteJID, key.fromMe, key.ID = str(self.chat), self.author is None, self.id
        if self.author is not None and self.author.user != self.chat.user:
            key.participant = str(self.author)


def text(words: str, quoted: Target | None, own: Jid, seconds: int = 0) -> Saying:
    """Return a text, which may answer a message, and disappear after so many seconds."""
    message = e2e.Message()
    if quoted is None and not seconds:
        message.conversation = words
    else:
        message.extendedTextMessage.text = words
        info = message.extendedTextMessage.contextInfo
        if quoted is not None:
            info.stanzaID, info.participant = quoted.id, str(quoted.author or own)
            info.quotedMessage.conversation = ""
        if seconds:
            info.expiration = seconds
    return whole(message)


def whole(message: e2e.Message) -> Saying:
    """Return a message of its own, with a secret, as phones give every one."""
    message.messageContextInfo.messageSecret = os.urandom(32)
    return Saying(message)


def reaction(target: Target, emoji: str) -> Saying:
    """Return a reaction; without an `emoji` it is taken back."""
    message = e2e.Message(reactionMessage=e2e.ReactionMessage(text=emoji, senderTimestampMS=_now()))
    target.put_into(message.reactionMessage)
    return Saying(message, "reaction", "" if emoji else "7")


def edit(target: Target, words: str) -> Saying:
    """Return another text for a message of the phone's."""
    said = e2e.ProtocolMessage(type=e2e.ProtocolMessage.MESSAGE_EDIT, timestampMS=_now())
    said.editedMessage.conversation = words
    target.put_into(said)
    message = e2e.Message()
    message.editedMessage.message.protocolMessage.CopyFrom(said)
    return Saying(message, edit="1")


def revoke(target: Target) -> Saying:
    """Return that a message is deleted for everybody: the phone's own, or in a group as an admin another's."""
    said = e2e.ProtocolMessage(type=e2e.ProtocolMessage.REVOKE)
    target.put_into(said)
    return Saying(e2e.Message(protocolMessage=said), edit="7" if target.author is None else "8")


def timer(seconds: int) -> Saying:
    """Return that messages of the chat disappear after so many seconds; 0: never."""
    said = e2e.ProtocolMessage(
        type=e2e.ProtocolMessage.EPHEMERAL_SETTING,
        ephemeralExpiration=seconds,
        ephemeralSettingTimestamp=int(time.time()),
    )
    return Saying(e2e.Message(protocolMessage=said))


def _now() -> int:
    return time.time_ns() // 1_000_000
