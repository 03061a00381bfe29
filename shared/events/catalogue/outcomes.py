"""What became of messages that were sent by the API, but for those that were sent (`messages`)."""

from __future__ import annotations

from typing import Literal

from shared.contracts.outcome_events import MessageEnded, MessagesEnded
from shared.contracts.shape import Maybe, Shape
from shared.errors import from_code
from shared.events.catalogue.messages import API, SENT, SentMessage
from shared.events.declaring import Declared, Told, tells


class UnsentMessage(Shape):
    """A message that was not sent, or of which that is not known."""

    chat: str
    """The person by number, or the group, that it was for."""
    code: str
    """Why, as the send answers it ([errors](errors.md))."""
    error: str
    """The same in words."""
    to_do: str
    """What to do."""
    send_id: str
    """The `id` that the send answered, for `GET /api/messages/{id}`."""
    id: Maybe[str] = None
    """WhatsApp's, where it has one: of a message that may have been sent."""
    chat_lid: Maybe[str] = None
    """Of the person, where it is known."""
    from_me: bool
    via: Literal["api"]
    type: str
    client_ref: Maybe[str] = None
    """The `clientRef` of the send."""


def _example(code: str, wa_id: str | None = None) -> UnsentMessage:
    error = from_code(code, "", details={})
    return UnsentMessage(
        send_id="msg_01m8kjt9kv6yfe1qvcvd072mx5",
        id=wa_id,
        from_me=True,
        via=API,
        chat="628123456789@s.whatsapp.net",
        chat_lid="104282914570282@lid",
        type="text",
        client_ref="order-17",
        code=error.code,
        error=error.message,
        to_do=error.remedy,
    )


FAILED = Declared(
    "message.failed",
    "A message that the API accepted was not sent, and will not be sent.",
    _example("NUMBER_NOT_ON_WHATSAPP"),
)
EXPIRED = Declared(
    "message.expired",
    "A message waited until its `expiresIn` was over. It was not sent, and will not be sent.",
    _example("MESSAGE_EXPIRED"),
)
UNKNOWN = Declared(
    "message.unknown",
    "A message was handed to WhatsApp, but nobody knows whether WhatsApp has it; or the only device that got it "
    "could not decrypt it. If a receipt settles it later, `message.sent` follows.",
    _example("SEND_UNKNOWN", "3EB0C767D097B7C7C030"),
)
_WITHOUT_REASON = {"failed": "INTERNAL", "expired": "MESSAGE_EXPIRED", "unknown": "SEND_UNKNOWN"}
_BY_STATE = {"failed": FAILED, "expired": EXPIRED, "unknown": UNKNOWN}


@tells(MessageEnded)
def ended(event: MessageEnded) -> Told:
    """By what became of it."""
    if event.state == "sent":
        return SENT.of(_sent(event))
    why = event.why
    code = why.code if why else _WITHOUT_REASON[event.state]
    error = from_code(code, why.message if why else "", details=why.details if why else {})
    return _BY_STATE[event.state].of(
        UnsentMessage(
            send_id=event.message_id,
            id=event.wa_id,
            from_me=True,
            via=API,
            chat=event.chat,
            chat_lid=event.chat_lid,
            type=event.type,
            client_ref=event.client_ref,
            code=code,
            error=error.message,
            to_do=error.remedy,
        )
    )


@tells(MessagesEnded)
def several(_: MessagesEnded) -> None:
    """Each of them is told by itself (`shared.events.parts`)."""


def _sent(event: MessageEnded) -> SentMessage:
    return SentMessage(
        id=event.wa_id or "",
        from_number=event.sender,
        from_lid=event.sender_lid,
        from_me=True,
        chat=event.chat,
        chat_lid=event.chat_lid,
        timestamp=event.timestamp if event.timestamp is not None else event.at // 1000,
        type=event.type,
        via=API,
        send_id=event.message_id,
        client_ref=event.client_ref,
    )
