"""Outbound messages as rows with a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from shared.errors import WagateError
from shared.messages import changes as changes_of
from shared.messages.changes import Change


class MessageState(StrEnum):
    """Where an outbound message is (GET /api/messages/{id})."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


OPEN = frozenset({MessageState.ACCEPTED, MessageState.QUEUED})
"""Nobody has begun to send it."""

FINAL_FAILURES = frozenset({MessageState.FAILED, MessageState.EXPIRED, MessageState.CANCELLED})

HANDED_OVER = (MessageState.SENT, MessageState.DELIVERED, MessageState.READ, MessageState.PLAYED)
"""WhatsApp has it; receipts move it to the right only."""

NEXT: dict[MessageState, frozenset[MessageState]] = {
    MessageState.ACCEPTED: frozenset(
        {
            MessageState.QUEUED,
            MessageState.SENDING,
            MessageState.FAILED,
            MessageState.EXPIRED,
            MessageState.CANCELLED,
        }
    ),
    MessageState.QUEUED: frozenset(
        {MessageState.SENDING, MessageState.FAILED, MessageState.EXPIRED, MessageState.CANCELLED}
    ),
    MessageState.SENDING: frozenset(
        # Back to the queue only when it is proven that it never left.
        {MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN, MessageState.QUEUED}
    ),
    MessageState.UNKNOWN: frozenset({*HANDED_OVER, MessageState.QUEUED}),  # a receipt settles it
    **{state: frozenset(HANDED_OVER[place + 1 :]) for place, state in enumerate(HANDED_OVER)},
    # When the recipient's device cannot decrypt it: sent once more, or told.
    MessageState.SENT: frozenset({*HANDED_OVER[1:], MessageState.QUEUED, MessageState.UNKNOWN}),
    **{state: frozenset() for state in FINAL_FAILURES},
}
"""The whole state machine of a message; a store refuses every other step."""


_NOT_KEPT = frozenset({"qr"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message was not sent: an error of the catalogue."""

    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, error: WagateError) -> Failure:
        """The error as a row keeps it: without the code that logs somebody in, which is for its asker of now."""
        details = {name: value for name, value in error.details.items() if name not in _NOT_KEPT}
        return cls(error.code, error.message, details)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One row. Times are milliseconds since 1970."""

    id: str
    key_id: str
    session_uid: str
    to: str
    """A JID."""
    content: dict[str, Any]
    """A `shared.contracts.content.kind.Content` as JSON."""
    created_at: int
    expires_at: int
    """After this moment nobody begins to send it."""
    queue: bool = False
    """Whether it may wait for its session to connect."""
    state: MessageState = MessageState.ACCEPTED
    epoch: int | None = None
    """The owner's epoch that began to send it."""
    wa_id: str | None = None
    """WhatsApp's id of it, once known."""
    failure: Failure | None = None
    times: dict[MessageState, int] = field(default_factory=dict[MessageState, int])
    """When it came into each state."""
    sender: str | None = None
    """Digits of the number its session had, which alone may send it; None: of the first one that can."""
    about: dict[str, Any] = field(default_factory=dict[str, Any])
    """A `shared.contracts.about.About` as JSON, without what it does not say."""
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    """What was said about it since it was sent (`shared.messages.changes`)."""

    def changed_by(self, change: Change) -> OutboundMessage:
        """The message after what is said about it; as it is where that came too late, or is too much."""
        after: Mapping[str, Any] | None = self.changes
        if "deleted" in self.changes:
            return self
        if change.kind == "delete":
            after = {"deleted": True}
        elif change.kind == "edit":
            after = changes_of.edited(self.changes, change)
            after = None if after is None else {**after, "text": change.says.get("message")}
        elif change.kind in {"reaction", "vote", "answer"}:
            after = changes_of.by_person(self.changes, change)
        if after is None or after == self.changes or not changes_of.fits(self.content, after):
            return self
        return replace(self, changes=dict(after))


@dataclass(frozen=True, slots=True)
class ChatTimer:
    """After how many seconds messages of a chat disappear."""

    session_uid: str
    own: str
    """Digits of the number that the session had: with another one it has other chats with the same people."""
    chat: str
    """A JID."""
    seconds: int
    """0: they stay."""
    set_at: int
    """When that was set, by WhatsApp's clocks; seconds since 1970. A later one counts."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's Idempotency-Key: one send for one key until `expires_at`."""

    key: str
    """Hash of tenant and Idempotency-Key."""
    body_hash: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The row that stands for a request: a new one, or one that was there (under its id, or of an equal request)."""

    message: OutboundMessage
    created: bool
