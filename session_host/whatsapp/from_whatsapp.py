"""What WhatsApp sends, as events. Runs on the library's thread before the message counts as received: kept lean."""

from __future__ import annotations

from typing import Any, Literal

import structlog

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.content import timers
from session_host.whatsapp.content.answering import may_answer
from session_host.whatsapp.content.raw import kept, wrapped
from session_host.whatsapp.content.reading import read
from session_host.whatsapp.content.readings import Reading
from session_host.whatsapp.content.sealed import seal_of
from session_host.whatsapp.content.size import small
from session_host.whatsapp.content.unsealed import unsealed
from session_host.whatsapp.library.declarations import known
from session_host.whatsapp.library.neonize_client import protobufs
from session_host.whatsapp.targets import said_at, target_of
from shared.contracts.events import MessageReceived, ReceiptReceived, ResendAsked, TimerSet
from shared.contracts.shown import Shown
from shared.jids import LID, PHONE

_BROADCAST, _STATUS = "broadcast", "status"
_LONGEST_NAME = 256
_PEER = "peer"
"""What the phone says to its linked devices alone: keys, which are nobody else's."""
_MAY_BE_SEALED = frozenset({"edit", "vote", "poll_option", "reaction", "event_answer", "unknown"})

_log = structlog.get_logger(__name__)

_RECEIPTS: dict[int | None, Literal["delivered", "read", "played"]] = {
    protobufs.Receipt.DELIVERED: "delivered",
    protobufs.Receipt.READ: "read",
    protobufs.Receipt.PLAYED: "played",
}


def message(event: Any, at: int, people: Acquaintances) -> Arrival | None:  # noqa: ANN401 - a protobuf
    """A neonize `Message`; None when it carries nothing a person wrote.

    It is held when something of it has to be looked up: whose number a LID is, what opens what is sealed, or what it
    answers.
    """
    if event.Info.Category == _PEER:
        return None
    body = wrapped(event)
    reading = _read(body)
    if reading is None:
        return None
    received = _received(event.Info, at, people, reading, body.ByteSize())
    if reading.type in _MAY_BE_SEALED and seal_of(body) is not None:
        received = received.model_copy(update={"sealed": True})
    quoted = received.content.quoted
    quotes_me = quoted is not None and people.is_me(quoted.from_number, quoted.from_lid)
    held = received.sealed or may_answer(received, quotes_me=quotes_me)
    return people.introduce(received, kept(body), held=held)


def timer(event: Any, at: int, people: Acquaintances) -> TimerSet | None:  # noqa: ANN401 - a protobuf
    """What a neonize `Message` says of its chat's disappearing timer; None when it says nothing."""
    said = timers.said(event.Message, event.Info.Timestamp // 1000)
    if said is None or event.Info.Category == _PEER:
        return None
    source = event.Info.MessageSource
    chats = dict.fromkeys((_chat(source, people), f"{source.Chat.User}@{source.Chat.Server}"))
    return TimerSet(at=at, own=people.my_number or "", chats=tuple(chats), seconds=said.seconds, set_at=said.set_at)


def receipt(event: Any, at: int, people: Acquaintances) -> Arrival | None:  # noqa: ANN401 - a protobuf
    """A neonize `Receipt`; None for what says nothing of the other side (our own devices, retries, unknown types)."""
    state = _RECEIPTS.get(known(event, "Type"))
    if state is None or event.MessageSource.IsFromMe:
        return None
    number, lid = _person(event.MessageSource.Sender, event.MessageSource.SenderAlt, people)
    received = ReceiptReceived(
        at=at,
        message_ids=tuple(event.MessageIDs),
        state=state,
        chat=_chat(event.MessageSource, people),
        timestamp=event.Timestamp,  # seconds here
        from_number=number,
        from_lid=lid,
    )
    return people.introduce(received)


def unavailable(event: Any, at: int, people: Acquaintances) -> Arrival | None:  # noqa: ANN401 - a protobuf
    """A neonize `UndecryptableMessage` that WhatsApp gives to the phone only; None for one that comes once more."""
    if not event.IsUnavailable:
        return None
    return people.introduce(_received(event.Info, at, people, Reading("unavailable", Shown()), 0))


def deleted(event: Any, at: int, people: Acquaintances) -> Arrival:  # noqa: ANN401 - a protobuf
    """A neonize `Message` of which only that it was deleted is known: what it was is not."""
    return people.introduce(_received(event.Info, at, people, Reading("unknown", Shown()), 0))


def opened(sealed: MessageReceived, message: Any, plain: bytes) -> MessageReceived | None:  # noqa: ANN401 - a protobuf
    """What was sealed in a message, as it is shown once it is open; None when it makes no sense."""
    reading = unsealed(message, plain)
    if reading is None:
        return None
    target = sealed.target
    if target is not None:
        target = target.model_copy(
            update={"said_at": said_at(reading, sealed.timestamp * 1000), "choices": reading.choices}
        )
    content = small(reading.shown, len(plain))
    changes = {"type": reading.type, "content": content, "target": target, "sealed": False}
    return sealed.model_copy(update=changes)


def _read(body: Any) -> Reading | None:  # noqa: ANN401 - a protobuf
    """What is shown; of what cannot be read, nothing: it is kept, and a later version may read it."""
    try:
        return read(body)
    except Exception as error:  # noqa: BLE001 - whatever somebody made up: WhatsApp will not send it again
        _log.warning("message_not_understood", error=type(error).__name__)
        return Reading("unknown", Shown())


def resend_asked(event: Any, at: int, people: Acquaintances) -> ResendAsked | None:  # noqa: ANN401 - a protobuf
    """An event of a neonize `Receipt` by which a person's device asks for a message again; None when it is another."""
    source = event.MessageSource
    if known(event, "Type") != protobufs.Receipt.RETRY or source.IsFromMe or source.IsGroup or not event.MessageIDs:
        return None
    return ResendAsked(at=at, id=event.MessageIDs[0], chat=_chat(source, people))


def _received(info: Any, at: int, people: Acquaintances, reading: Reading, size: int) -> MessageReceived:  # noqa: ANN401 - a protobuf
    """The event of a message with so many bytes."""
    source = info.MessageSource
    number, lid = _sender(source, people)
    return MessageReceived(
        at=at,
        id=info.ID,
        chat=_chat(source, people),
        from_number=number,
        from_lid=lid,
        from_me=source.IsFromMe,
        timestamp=info.Timestamp // 1000,  # the library gives milliseconds here
        type=reading.type,
        push_name=info.Pushname[:_LONGEST_NAME] or None,
        content=small(reading.shown, size),
        target=target_of(reading, info, (number, lid), people),
    )


def _sender(source: Any, people: Acquaintances) -> tuple[str | None, str | None]:  # noqa: ANN401 - a protobuf
    if source.IsFromMe:
        return people.my_number, people.my_lid
    return _person(source.Sender, source.SenderAlt, people)


def _chat(source: Any, people: Acquaintances) -> str:  # noqa: ANN401 - a protobuf
    """The chat, by phone number where the message says it: a person's chat is addressed by LID on the wire."""
    chat = source.Chat
    if chat.Server == _BROADCAST and chat.User != _STATUS:  # a list of the sender's: it is written to each one alone
        chat = source.Sender
    if chat.Server == LID:
        alternative = source.RecipientAlt if source.IsFromMe else source.SenderAlt
        if alternative.User and alternative.Server == PHONE:
            people.learn(f"{chat.User}@{LID}", alternative.User)
            return f"{alternative.User}@{PHONE}"
    return f"{chat.User}@{chat.Server}"


def _person(sender: Any, alternative: Any, people: Acquaintances) -> tuple[str | None, str | None]:  # noqa: ANN401 - protobufs
    number = lid = None
    for jid in (sender, alternative):
        if jid.User and jid.Server == PHONE:
            number = jid.User
        elif jid.User and jid.Server == LID:
            lid = f"{jid.User}@{LID}"
    if number and lid:
        people.learn(lid, number)
    return number, lid
