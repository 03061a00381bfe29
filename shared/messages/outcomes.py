"""What became of a message: what its row says to whoever asked to have it sent, on both sides of NATS."""

from __future__ import annotations

from shared.contracts.commands.messages import SendReply
from shared.errors import Internal, MessageExpired, SendUnknown, WagateError, from_code
from shared.messages.model import HANDED_OVER, MessageState, OutboundMessage

_CANCELLED = "The message was cancelled before it was sent."
_WITHOUT_REASON = {
    MessageState.FAILED: Internal,
    MessageState.UNKNOWN: SendUnknown,
    MessageState.EXPIRED: MessageExpired,
    MessageState.CANCELLED: lambda: MessageExpired(_CANCELLED),
}
"""Ends in which WhatsApp has not acknowledged it, and what they are when the row says no more."""


def outcome_of(row: OutboundMessage) -> SendReply:
    """Where a message is.

    Raises:
        WagateError: why it was not sent, or SendUnknown.
    """
    if (error := why_not(row)) is not None:
        raise error
    sent_at = row.times.get(MessageState.SENT)
    return SendReply(state=row.state.value, wa_id=row.wa_id, timestamp=None if sent_at is None else sent_at // 1000)


def why_not(row: OutboundMessage) -> WagateError | None:
    """Why a message was not sent, or is not known to be; None when it was, or still may be."""
    without_reason = _WITHOUT_REASON.get(row.state)
    if without_reason is None:
        return None
    failure = row.failure
    return without_reason() if failure is None else from_code(failure.code, failure.message, details=failure.details)


def is_sent(outcome: SendReply) -> bool:
    """Whether WhatsApp has it; else it waits, or is on its way."""
    return outcome.state in HANDED_OVER
