"""Send a message."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from shared.contracts.about import About
from shared.contracts.commands.command import Command, Done, Question, Reply
from shared.contracts.contents import AnyContent
from shared.discreet import Discreet


class SendReply(Reply):
    """Where the message is after this attempt; a failure is answered as an error."""

    state: str
    wa_id: str | None = None
    timestamp: int | None = None
    """Seconds since 1970, WhatsApp's, when it was sent."""


class SameRequest(Discreet):
    """The fields of `shared.messages.model.Idempotency`."""

    model_config = ConfigDict(frozen=True)

    key: str
    body_hash: str
    expires_at: int


class Send(Command[SendReply]):
    """Send a message, and put it into the store as one that is being sent, unless its row is there (docs/adr/0010).

    May be repeated, and its asker may put the row there at any time: under one id the row decides whether anything is
    sent. After the deadline of the request the owner puts nothing there by itself.

    Answered with the state `accepted` when the owner did not take it: it is about to stop, or an earlier request stands
    for a message that is not stored. Then the asker puts it into the store, and asks whoever holds the session next.
    """

    kind: Literal["send"] = "send"
    message_id: str
    key_id: str
    to: str
    content: AnyContent
    about: About | None = None
    queue: bool = False
    created_at: int
    expires_at: int
    stored: bool = False
    """Whether its row is in the store."""
    idempotency: SameRequest | None = None
    """Of a message that is not in the store."""
    typing: int = 0
    """Seconds for which the session is seen writing before. No row has it: after a crash the message goes without."""


class MarkRead(Question[Done]):
    """Say that messages of one sender in one chat were read."""

    kind: Literal["mark_read"] = "mark_read"
    chat: str
    """A JID, as the sender's."""
    sender: str
    message_ids: tuple[str, ...]
    """WhatsApp's."""
    played: bool = False
    """Whether they were listened to, or looked at, too."""
