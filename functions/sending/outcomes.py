"""What came of a send, read from the owner's reply or from the message's row."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.commands.messages import DispatchReply
from shared.errors import MessageExpired, SendUnknown, WagateError, from_code
from shared.messages.model import HANDED_OVER, MessageState, OutboundMessage


@dataclass(frozen=True, slots=True)
class Sent:
    """WhatsApp has it."""

    wa_id: str | None
    timestamp: int | None
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Pending:
    """It is not sent yet, and may still be."""

    state: MessageState


Outcome = Sent | Pending


def of_reply(reply: DispatchReply) -> Outcome:
    """What the owner answered."""
    state = MessageState(reply.state)
    return Sent(reply.wa_id, reply.timestamp) if state in HANDED_OVER else Pending(state)


def of_row(row: OutboundMessage) -> Outcome:
    """What the row says.

    Raises:
        WagateError: why the message was not sent, or SendUnknown.
    """
    if row.state in HANDED_OVER:
        sent_at = row.times.get(MessageState.SENT)
        return Sent(row.wa_id, None if sent_at is None else sent_at // 1000)
    if row.state is MessageState.UNKNOWN:
        raise SendUnknown if row.failure is None else _why(row)
    if row.state is MessageState.EXPIRED:
        raise MessageExpired
    if row.state in {MessageState.FAILED, MessageState.CANCELLED}:
        raise _why(row)
    return Pending(row.state)


def _why(row: OutboundMessage) -> WagateError:
    failure = row.failure
    if failure is None:
        return MessageExpired("The message was cancelled before it was sent.")
    return from_code(failure.code, failure.message, details=failure.details)
