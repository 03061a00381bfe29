"""Send a message."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from shared.contracts.commands.command import Command, Reply
from shared.contracts.contents import AnyContent
from shared.discreet import Discreet


class DispatchReply(Reply):
    """Where the message is after this attempt; a failure is answered as an error."""

    state: str
    wa_id: str | None = None
    timestamp: int | None = None
    """Seconds since 1970, WhatsApp's, when it was sent."""


class Dispatch(Command[DispatchReply]):
    """Send a message whose row is in the store. May be repeated: the row decides whether anything is sent."""

    kind: Literal["dispatch"] = "dispatch"
    message_id: str
    to: str
    content: AnyContent
    queue: bool = False
    expires_at: int


class SameRequest(Discreet):
    """The fields of `shared.messages.model.Idempotency`."""

    model_config = ConfigDict(frozen=True)

    key: str
    body_hash: str
    expires_at: int


class Send(Command[DispatchReply]):
    """Put a message into the store as one that is being sent, and send it: one write less than a row and a `Dispatch`.

    Answered with the state `accepted` when the owner did not take it (an earlier request stands for it, or the owner
    is about to stop): then the asker puts it into the store and goes on with `Dispatch`. It may do so at any time under
    the same id, since the row decides; after the deadline of the request the owner puts nothing there by itself.
    """

    kind: Literal["send"] = "send"
    message_id: str
    key_id: str
    to: str
    content: AnyContent
    queue: bool = False
    created_at: int
    expires_at: int
    idempotency: SameRequest | None = None
