"""Answers of the routes of chats, and how they are made of rows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.http.answers import Answer, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from functions.http.numbers import Number
from functions.http.session_names import SessionName
from functions.inbox.schemas import Received, fields_of
from functions.messages.schemas import WhyNot, why_not
from shared.chats.model import MOST_UNREAD, Chat, Entry
from shared.chats.shown import shown_of_sent
from shared.contracts.shape import Maybe, Shape
from shared.ids import made_at
from shared.jids import GROUP, NEWSLETTER, Jid
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.received import STATUS_CHAT, InboundMessage
from shared.sessions.model import Session

Kind = Literal["person", "group", "newsletter", "status"]
NEXT = "Pass it as `after` for the next page; null on the last page."


class SentFromHere(Shape):
    """Where a message is that was sent by this gateway."""

    id: str = Field(description="The gateway's id, for GET /api/messages/{id}.")
    status: MessageState
    client_ref: Maybe[str] = None
    failure: Maybe[WhyNot] = None


class Said(Received):
    """One message of a chat, as in the inbox."""

    id: str = Field(description="WhatsApp's id; the gateway's id until WhatsApp has given one.")
    sent: Maybe[SentFromHere] = Field(default=None, description="Only for a message that this gateway sent.")


class OnPhonePart(Part):
    """How the phone had a chat when the session was linked."""

    unread: int = Field(description="Messages that nobody had read on the phone.")
    marked_unread: bool = Field(description="By hand.")
    pinned: bool
    archived: bool
    muted: bool
    muted_until: Moment | None = Field(description="Null for a muted chat: until somebody changes it.")


class ChatPart(Part):
    """One chat."""

    chat: str = Field(description="A person (by number if it is known), a group or a newsletter.")
    kind: Kind
    number: str | None = Field(description="Of a person.")
    lid: str | None
    name: str | None = Field(
        description="The name that the phone has saved, or else the one that they use; a group's subject. Null "
        "while unknown."
    )
    unread: int = Field(
        description=f"Messages since the session last wrote into the chat or marked it as read; at most {MOST_UNREAD}."
    )
    last_message: Said
    last_activity: Moment
    on_phone: Optional[OnPhonePart] = Field(
        default=None,
        description="The chat's state on the phone when it sent its history. The phone does not report later "
        "changes. Missing when it said nothing.",
    )


class ChatsAnswer(Answer):
    """Chats by their last message, the newest first."""

    session_id: str
    chats: list[ChatPart]
    next: str | None = Field(description=NEXT)


class ChatAnswer(Answer):
    """One chat."""

    session_id: str
    chat: ChatPart


class SaidAnswer(Answer):
    """Messages of one chat, the newest first."""

    session_id: str
    messages: list[Said]
    next: str | None = Field(description="Pass it as `before` for older messages; null on the last page.")


class FoundAnswer(Answer):
    """Messages that have the words, the newest first."""

    session_id: str
    messages: list[Said]
    next: str | None = Field(description=NEXT)


class MarkChatBody(Body):
    """Which chat was read."""

    session_id: SessionName | None = None
    number: Number = Field(description="A person or a group.")


class MarkedAnswer(Answer):
    """What was marked."""

    session_id: str
    chat: str
    marked: int = Field(description="How many messages it concerned: their senders were told that they were read.")


def chat_part(chat: Chat, session: Session) -> ChatPart:
    """A chat as its owner sees it."""
    kind = _kind(chat.chat)
    return ChatPart(
        chat=chat.chat,
        kind=kind,
        number=Jid.parse(chat.chat).number if kind == "person" else None,
        lid=chat.lid or (chat.chat if kind == "person" and Jid.parse(chat.chat).number is None else None),
        name=chat.name,
        unread=chat.unread,
        last_message=said(chat.last, session),
        last_activity=_moment(chat.last),
        on_phone=None if chat.on_phone is None else OnPhonePart.model_validate(chat.on_phone.model_dump()),
    )


def said(entry: Entry, session: Session) -> Said:
    """A message of a chat as its owner sees it."""
    if isinstance(entry, InboundMessage):
        return Said.model_validate(fields_of(entry))
    number = entry.sender or session.report.number
    return Said.model_validate(
        shown_of_sent(entry)
        | {
            "id": entry.wa_id or entry.id,
            "from": number,
            "fromLid": session.report.lid if number == session.report.number else None,
            "fromMe": True,
            "chat": entry.to,
            "timestamp": entry.times.get(MessageState.SENT, entry.created_at) // 1000,
            "pushName": None,
            "type": entry.content["type"],
            "sent": _sent(entry),
        }
    )


def _sent(row: OutboundMessage) -> SentFromHere:
    return SentFromHere(id=row.id, status=row.state, client_ref=row.about.get("client_ref"), failure=why_not(row))


def _moment(entry: Entry) -> int:
    return made_at(entry.id) if isinstance(entry, OutboundMessage) else int(entry.position[:13])


def _kind(chat: str) -> Kind:
    if chat == STATUS_CHAT:
        return "status"
    server = chat.rpartition("@")[2]
    return "group" if server == GROUP else "newsletter" if server == NEWSLETTER else "person"
