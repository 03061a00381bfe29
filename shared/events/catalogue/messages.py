"""Messages: what arrives, what is sent from the phone, what is said about either, and who has got it."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from shared.contracts.events import MessageReceived, ReceiptReceived, ResendAsked, TimerSet
from shared.contracts.message import SeenMessage
from shared.contracts.shape import Maybe, Shape
from shared.contracts.shown import Reaction, Vote
from shared.events.declaring import Declared, Told, tells


class Acknowledged(Shape):
    """Who has got, read or played which messages."""

    state: Literal["delivered", "read", "played"]
    message_ids: tuple[str, ...]
    """WhatsApp's: the `messageId` that a send answers."""
    chat: str
    from_number: Maybe[str] = Field(default=None, serialization_alias="from")
    """Digits, when it is known."""
    from_lid: Maybe[str] = None
    timestamp: int
    """Seconds since 1970, WhatsApp's."""


class EventMessage(SeenMessage):
    """A message, and whether it was told before."""

    again: Maybe[bool] = None
    """It was sealed when it was told first, and could be opened since."""


class SentMessage(EventMessage):
    """A message of the number itself. Of one that the API sent, what it says is left out."""

    via: Literal["api", "phone"]
    """`api`: this gateway sent it; `phone`: the number's phone, or another device of it"""
    send_id: Maybe[str] = None
    """The `id` that the send of the API answered"""
    client_ref: Maybe[str] = None
    """The `clientRef` of that send"""
    chat_lid: Maybe[str] = None
    """Of the person it went to, where that is known and the API sent it"""


API: Final = "api"
_PHONE: Final = "phone"

_HELLO = EventMessage(
    id="3EB0C767D097B7C7C030",
    from_number="628123456789",
    from_lid="104282914570282@lid",
    from_me=False,
    chat="628123456789@s.whatsapp.net",
    timestamp=1_795_953_600,
    push_name="Budi",
    type="text",
    message="Is it still there?",
)
RECEIVED = Declared(
    "message.received",
    "Somebody wrote in a chat or a group of the number, or posted a status. A file that comes with it is "
    "`fetching`; when it is there, the inbox shows its `url`.",
    _HELLO,
)
SENT = Declared(
    "message.sent",
    "WhatsApp has a message from the number. Either the API sent it (`via`), even if that becomes known late, or it "
    "was written on the phone or on another device; then the event has its text. The event comes again, with "
    "another `id`, when a message of the API had to be sent once more.",
    SentMessage(
        id="3EB0C767D097B7C7C030",
        from_number="628111222333",
        from_me=True,
        chat="628123456789@s.whatsapp.net",
        timestamp=1_795_953_600,
        type="text",
        via=API,
        send_id="msg_01m8kjt9kv6yfe1qvcvd072mx5",
        client_ref="order-17",
        chat_lid="104282914570282@lid",
    ),
)
EDITED = Declared(
    "message.edited",
    "Somebody, or the number itself on its phone, changed the text of a message: `messageId` names the message, and "
    "`message` is its new text.",
    _HELLO.model_copy(update={"type": "edit", "message_id": "3EB0A1", "message": "Is it still for sale?"}),
)
REVOKED = Declared(
    "message.revoked",
    "A message was deleted for everybody: `messageId` names it.",
    _HELLO.model_copy(update={"type": "revoke", "message_id": "3EB0A1", "message": None}),
)
REACTION = Declared(
    "message.reaction",
    "Somebody put an emoji on a message, or removed it (`emoji` is empty).",
    _HELLO.model_copy(
        update={
            "type": "reaction",
            "message": None,
            "reaction": Reaction(message_id="3EB0A1", emoji="\N{OK HAND SIGN}"),
        }
    ),
)
VOTE = Declared(
    "poll.vote",
    "Somebody voted in a poll; `options` are all of their current choices. A vote that cannot be opened has none.",
    _HELLO.model_copy(
        update={"type": "vote", "message": None, "vote": Vote(message_id="3EB0A1", options=("On Monday",))}
    ),
)
ACK = Declared(
    "message.ack",
    "A person's phone got messages (`delivered`), or the person read or played them. In a group the event "
    "comes for each person.",
    Acknowledged(
        state="read",
        message_ids=("3EB0A1",),
        chat="628123456789@s.whatsapp.net",
        from_number="628123456789",
        timestamp=1_795_953_660,
    ),
)
_BY_TYPE = {"edit": EDITED, "revoke": REVOKED, "reaction": REACTION, "vote": VOTE}


@tells(MessageReceived)
def message(event: MessageReceived) -> Told:
    """By what it is: a message of its own, or something about another one."""
    content = event.content
    data = EventMessage(
        **{name: getattr(content, name) for name in content.model_fields_set},  # few of many
        id=event.id,
        from_number=event.from_number,
        from_lid=event.from_lid,
        from_me=event.from_me,
        chat=event.chat,
        timestamp=event.timestamp,
        push_name=event.push_name,
        type=event.type,
        again=event.again or None,
    )
    if event.target is not None and event.type in {"edit", "revoke"}:
        data = data.model_copy(update={"message_id": event.target.id})
    if event.from_me and event.type not in _BY_TYPE:
        return SENT.of(SentMessage(**dict(data), via=_PHONE))
    return _BY_TYPE.get(event.type, RECEIVED).of(data)


@tells(ReceiptReceived)
def receipt(event: ReceiptReceived) -> Told:
    """Who has got what."""
    return ACK.of(
        Acknowledged(
            state=event.state,
            message_ids=event.message_ids,
            chat=event.chat,
            from_number=event.from_number,
            from_lid=event.from_lid,
            timestamp=event.timestamp,
        )
    )


@tells(ResendAsked)
def resend(_: ResendAsked) -> None:
    """Between phones: the gateway answers it."""


@tells(TimerSet)
def timer(_: TimerSet) -> None:
    """Between phones: the gateway minds it."""
