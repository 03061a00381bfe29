"""What we say about another message: the counterpart of `changes`. Made by hand, since the library's own are wrong.

Its edits and deletes go by the number alone where a chat knows people by their LIDs (docs/neonize.md).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.beside import Beside, Referred
from session_host.whatsapp.content.sealing import seal_vote
from session_host.whatsapp.content.writings import Sayer
from session_host.whatsapp.library.neonize_client import E2eMessage, MessageKinds, PollVoteMessage
from shared.contracts.content.file import MAX_CAPTION
from shared.contracts.content.kind import Content
from shared.contracts.content.sayings import Edit, Pin, Reaction, Revoke, Unpin, Vote
from shared.errors import TargetUnfit
from shared.jids import is_group

_CAPTIONED: Mapping[str, str] = {"image": "imageMessage", "video": "videoMessage", "gif": "videoMessage"}
"""Kinds whose captions can be edited. What phones make of a document's, nobody has told."""
_POLLS = ("pollCreationMessage", "pollCreationMessageV2", "pollCreationMessageV3", "pollCreationMessageV5",
          "pollCreationMessageV6")  # fmt: skip


def react(content: Reaction, message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """An emoji, or none any more."""
    reaction = message.reactionMessage
    name(reaction.key, target_of(beside))
    reaction.text, reaction.senderTimestampMS = content.emoji, _now()


def edit(content: Edit, message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """Other words, in the form that libraries send; phones take it beside their own, sealed one.

    Those below a picture are its kind with nothing but the new caption (reported for whatsmeow, issue 684).
    """
    target = target_of(beside)
    if target.type != "text" and target.type not in _CAPTIONED:
        raise TargetUnfit("Only texts and captions can be edited. Nothing was sent.", messageId=target.id)
    if target.type in _CAPTIONED and len(content.text) > MAX_CAPTION:
        words = f"A caption has at most {MAX_CAPTION:,} characters. Nothing was sent."
        raise TargetUnfit(words, messageId=target.id, limit=MAX_CAPTION)
    protocol = message.editedMessage.message.protocolMessage
    name(protocol.key, target)
    protocol.type, protocol.timestampMS = MessageKinds.EDIT, _now()
    if target.type == "text":
        protocol.editedMessage.conversation = content.text
    else:
        getattr(protocol.editedMessage, _CAPTIONED[target.type]).caption = content.text


def revoke(_: Revoke, message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """It is deleted for everyone."""
    name(message.protocolMessage.key, target_of(beside))
    message.protocolMessage.type = MessageKinds.REVOKE


def pin(content: Pin, message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """It is shown on top of the chat."""
    _pin(message, beside, MessageKinds.PIN)
    message.messageContextInfo.messageAddOnDurationInSecs = content.duration


def unpin(_: Unpin, message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """It is not any more."""
    _pin(message, beside, MessageKinds.UNPIN)


def _pin(message: Any, beside: Beside, how: int) -> None:  # noqa: ANN401 - a protobuf
    name(message.pinInChatMessage.key, target_of(beside))
    message.pinInChatMessage.type, message.pinInChatMessage.senderTimestampMS = how, _now()


def vote(content: Vote, message: Any, beside: Beside) -> None:  # noqa: ANN401 - a protobuf
    """What is chosen, by the hashes of the options, sealed with the poll's secret."""
    target = target_of(beside)
    poll = E2eMessage.FromString(target.message)
    found = next((getattr(poll, part) for part in _POLLS if poll.HasField(part)), None)
    if found is None or not target.secret or not target.authors:
        raise TargetUnfit("The message is not a poll, or the poll is too old. Nothing was sent.", messageId=target.id)
    options = list(target.options) or [option.optionName for option in found.options]
    if unknown := [option for option in content.options if option not in options]:
        raise TargetUnfit("The poll has no such option. Nothing was sent.", options=options, unknown=unknown)
    if len(content.options) > (found.selectableOptionsCount or len(options)):
        raise TargetUnfit("The poll allows fewer options at once. Nothing was sent.", options=options)
    plain = PollVoteMessage(selectedOptions=[hashlib.sha256(option.encode()).digest() for option in content.options])
    update = message.pollUpdateMessage
    name(update.pollCreationMessageKey, target)
    sealed = seal_vote(plain.SerializeToString(), target.secret, target.id, target.authors[0], beside.me)
    update.vote.encPayload, update.vote.encIV = sealed
    update.senderTimestampMS = _now()


def target_of(beside: Beside) -> Referred:
    """The message that is meant; raises TargetUnfit when none is known."""
    if beside.target is None:
        raise TargetUnfit
    return beside.target


def name(key: Any, target: Referred) -> None:  # noqa: ANN401 - a protobuf
    """Say in a `MessageKey` which message is meant, from our point of view."""
    key.remoteJID, key.fromMe, key.ID = target.chat, target.from_me, target.id
    if not target.from_me and is_group(target.chat):
        key.participant = target.author


def _now() -> int:
    return time.time_ns() // 1_000_000


SAYERS: Mapping[type[Content], Sayer] = {
    Reaction: react, Edit: edit, Revoke: revoke, Pin: pin, Unpin: unpin, Vote: vote,
}  # fmt: skip
