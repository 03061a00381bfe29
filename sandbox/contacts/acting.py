"""What a contact says about another message, as protobufs: a reaction, an edit, a delete, a vote, a pin."""

from __future__ import annotations

import os
import time
from typing import Final

from neonize.proto.waCommon.WACommon_pb2 import MessageKey
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import (
    Message,
    PinInChatMessage,
    ProtocolMessage,
    SecretEncryptedMessage,
)

from sandbox.contacts.errors import MalformedRequestError
from sandbox.contacts.kinds import kind_of, part_of
from sandbox.contacts.mailbox import Entry
from sandbox.contacts.sealing import EDIT, VOTE, Seal, vote_for
from sandbox.control.draft import Action

_A_DAY: Final = 86_400


def said_about(what: str, action: Action, target: Entry, me: str) -> Message:
    """Return the message that does `what` to `target`.

    Args:
        what: one of `sandbox.control.draft.ACTIONS` that is a message.
        action: its details.
        target: received or sent.
        me: this contact's own address (its LID).

    Raises:
        MalformedRequestError: it cannot be done to that message.
    """
    message = _MADE[what](action, target, me)
    message.messageContextInfo.messageSecret = os.urandom(32)
    return message


def _reaction(action: Action, target: Entry, _: str) -> Message:
    made = Message()
    made.reactionMessage.key.CopyFrom(_key(target))
    made.reactionMessage.text, made.reactionMessage.senderTimestampMS = action.emoji, _now()
    return made


def _edit(action: Action, target: Entry, me: str) -> Message:
    now = ProtocolMessage(
        key=_key(target),
        type=ProtocolMessage.MESSAGE_EDIT,
        editedMessage=_edited(action, target),
        timestampMS=_now(),
    )
    inner = Message(protocolMessage=now)
    if action.form == "plain":
        made = Message()
        made.editedMessage.message.CopyFrom(inner)
        return made
    sealed, iv = Seal(target.secret, target.id, EDIT).close(inner.SerializeToString(), me, me)
    return Message(
        secretEncryptedMessage=SecretEncryptedMessage(
            targetMessageKey=_key(target),
            encPayload=sealed,
            encIV=iv,
            secretEncType=SecretEncryptedMessage.MESSAGE_EDIT,
        )
    )


def _edited(action: Action, target: Entry) -> Message:
    """Return what the message says from now on: the text, or the caption of what it is."""
    content = target.content
    content.ClearField("messageContextInfo")
    found = kind_of(content)
    if found is None or content.conversation or found[0] == "text":
        return Message(conversation=action.text)
    part_of(content, found[1]).caption = action.text
    return content


def _revoke(_: Action, target: Entry, __: str) -> Message:
    return Message(protocolMessage=ProtocolMessage(key=_key(target), type=ProtocolMessage.REVOKE))


def _vote(action: Action, target: Entry, me: str) -> Message:
    found = kind_of(target.content)
    if found is None or found[0] != "poll" or not target.secret:
        raise MalformedRequestError(f"{target.id} is no poll that can be voted in")
    options = {option.optionName for option in part_of(target.content, found[1]).options}
    if unknown := set(action.options) - options:
        raise MalformedRequestError(f"the poll has no option {', '.join(sorted(unknown))}")
    author = me if target.from_me else target.sender
    sealed, iv = Seal(target.secret, target.id, VOTE).close(vote_for(action.options), author, me)
    made = Message()
    made.pollUpdateMessage.pollCreationMessageKey.CopyFrom(_key(target))
    made.pollUpdateMessage.vote.encPayload, made.pollUpdateMessage.vote.encIV = sealed, iv
    made.pollUpdateMessage.senderTimestampMS = _now()
    return made


def _pin(action: Action, target: Entry, _: str) -> Message:
    made = Message()
    type_ = PinInChatMessage.UNPIN_FOR_ALL if action.off else PinInChatMessage.PIN_FOR_ALL
    made.pinInChatMessage.CopyFrom(PinInChatMessage(key=_key(target), type=type_, senderTimestampMS=_now()))
    made.messageContextInfo.messageAddOnDurationInSecs = _A_DAY
    return made


_MADE: Final = {"react": _reaction, "edit": _edit, "revoke": _revoke, "vote": _vote, "pin": _pin}


def _key(target: Entry) -> MessageKey:
    key = MessageKey(remoteJID=target.chat, fromMe=target.from_me, ID=target.id)
    if not target.from_me and target.chat != target.sender:
        key.participant = target.sender
    return key


def _now() -> int:
    return time.time_ns() // 1_000_000
