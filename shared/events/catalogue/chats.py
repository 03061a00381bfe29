"""Chats, as far as the number's phone tells what is done with them there."""

from __future__ import annotations

from shared.contracts.chat_events import ChatRead
from shared.contracts.shape import Maybe, Shape
from shared.events.declaring import Declared, Told, tells


class Read(Shape):
    """What was read."""

    chat: str
    """A person by number where it is known, a group, or `status@broadcast`"""
    chat_lid: Maybe[str] = None
    """Of the person, where it is known"""
    message_ids: tuple[str, ...]
    """The last ones that were read, by WhatsApp's ids; what stands before them in the chat is read too"""
    timestamp: int
    """Seconds since 1970, WhatsApp's"""


READ = Declared(
    "chat.read",
    "The number read a chat on its phone, or on another device. No event reports that a chat was pinned, muted, "
    "archived, labelled, marked as unread, cleared or deleted there: the library does not say so.",
    Read(
        chat="628123456789@s.whatsapp.net",
        chat_lid="104282914570282@lid",
        message_ids=("3EB0C767D097B7C7C030",),
        timestamp=1_795_953_660,
    ),
)


@tells(ChatRead)
def read(event: ChatRead) -> Told:
    """As it is."""
    lid = event.who.lid if event.who else None
    return READ.of(Read(chat=event.chat, chat_lid=lid, message_ids=event.message_ids, timestamp=event.timestamp))
