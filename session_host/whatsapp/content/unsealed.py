"""What was sealed, once it is open, as it is shown."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from google.protobuf.message import DecodeError

from session_host.whatsapp.content.kinds.changes import reaction
from session_host.whatsapp.content.kinds.gatherings import RESPONSES
from session_host.whatsapp.content.reading import read
from session_host.whatsapp.content.readings import Reading
from session_host.whatsapp.library.neonize_client import (
    E2eMessage,
    EventResponseMessage,
    PollVoteMessage,
    ReactionMessage,
)
from shared.contracts.cards import EventAnswer
from shared.contracts.shown import Shown, Vote
from shared.poll_options import id_of_hash

_HASH = sha256().digest_size
_MOST_CHOICES = 256


def unsealed(message: Any, plain: bytes) -> Reading | None:  # noqa: ANN401 - a protobuf
    """The reading of a `waE2E.Message` in which this was sealed; None when that makes no sense."""
    sealed = read(message)
    if sealed is None:
        return None
    try:
        return _opened(message, sealed, plain)
    except DecodeError:
        return None


def _opened(message: Any, sealed: Reading, plain: bytes) -> Reading | None:  # noqa: ANN401 - a protobuf
    if message.HasField("pollUpdateMessage"):
        return _vote(sealed, PollVoteMessage.FromString(plain))
    if message.HasField("encEventResponseMessage"):
        return _answer(sealed, EventResponseMessage.FromString(plain))
    if message.HasField("encReactionMessage"):
        return _reaction(sealed, ReactionMessage.FromString(plain))
    inside = read(E2eMessage.FromString(plain))
    if message.HasField("encCommentMessage"):
        return _comment(sealed, inside)
    return _option(sealed, inside) if sealed.type == "poll_option" else _edit(sealed, inside)


def _vote(sealed: Reading, vote: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """The options are named by their hashes; nothing chosen takes the vote back."""
    chosen = tuple(id_of_hash(each) for each in vote.selectedOptions[:_MOST_CHOICES] if len(each) == _HASH)
    shown = Shown(vote=Vote(message_id=sealed.key.ID, options=None if chosen else ()))
    return replace(sealed, shown=shown, choices=chosen)


def _answer(sealed: Reading, answer: Any) -> Reading:  # noqa: ANN401 - a protobuf
    response = RESPONSES.get(answer.response)
    shown = EventAnswer(message_id=sealed.key.ID, response=response, guests=answer.extraGuestCount or None)
    return replace(sealed, shown=Shown(message=response, answer=shown), said_at=answer.timestampMS)


def _reaction(sealed: Reading, content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """The key of the message is outside."""
    content.key.CopyFrom(sealed.key)
    return reaction(content)


def _comment(sealed: Reading, said: Reading | None) -> Reading | None:
    if said is None:
        return None
    return replace(said, shown=said.shown.model_copy(update={"message_id": sealed.key.ID}), key=sealed.key)


def _option(sealed: Reading, added: Reading | None) -> Reading | None:
    """One more option of a poll; None when it is something else. How phones write what is inside nobody has told."""
    if added is None or added.type != "poll_option":
        return None
    return replace(sealed, shown=added.shown.model_copy(update={"message_id": sealed.key.ID}))


def _edit(sealed: Reading, now: Reading | None) -> Reading | None:
    """The message as it is from now on, by itself or in an edit of the same message; None when it is of another."""
    if now is None or (now.type == "edit" and now.shown.message_id != sealed.key.ID):
        return None
    shown = now.shown.model_copy(update={"edited": True, "message_id": sealed.key.ID})
    return replace(sealed, shown=shown)
