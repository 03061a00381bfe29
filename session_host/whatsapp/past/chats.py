"""A chat of the past: its one address, and its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.content.people import number_and_lid
from session_host.whatsapp.past.piece import PastChat
from shared.chats.on_phone import OnPhone
from shared.errors import NumberInvalid
from shared.jids import GROUP, PHONE, Jid, is_group

_LONGEST_NAME = 1_000
_SAYS = ("unreadCount", "markedAsUnread", "pinned", "archived", "muteEndTime")
_SECONDS = 10**11
"""What is no more than this are seconds since 1970, and no milliseconds."""
_NO_TIME = 10**14


@dataclass(frozen=True, slots=True)
class Address:
    """Of a chat: a group's, or a person's with what is known of both theirs."""

    chat: str
    number: str | None = None
    lid: str | None = None

    @property
    def is_group(self) -> bool:
        """Whether it is a group's."""
        return is_group(self.chat)


def address_of(said: Any, people: Acquaintances) -> Address | None:  # noqa: ANN401 - a protobuf
    """Where a `Conversation` is; None of what is no chat here: status updates, channels, broadcasts."""
    try:
        jid = Jid.parse(said.ID)
    except NumberInvalid:
        return None
    number, lid = number_and_lid(str(jid))
    if not number and not lid:
        return Address(str(jid)) if jid.server == GROUP else None
    number = number or number_and_lid(said.pnJID)[0] or people.number_of(str(lid))
    lid = lid or number_and_lid(said.lidJID)[1]
    if number and lid:
        people.learn(lid, number)
    return Address(f"{number}@{PHONE}" if number else str(lid), number, lid)


def chat_of(said: Any, address: Address) -> PastChat:  # noqa: ANN401 - a protobuf
    """What a `Conversation` says of its chat. A phone has its owner's name for a person here, and a group's own."""
    name = (said.name or said.displayName)[:_LONGEST_NAME] or None
    return PastChat(chat=address.chat, lid=address.lid, name=name, on_phone=_on_phone(said))


def _on_phone(said: Any) -> OnPhone | None:  # noqa: ANN401 - a protobuf
    """How the phone has it; None when this `Conversation` says nothing of that: another piece has another part."""
    if not any(said.HasField(field) for field in _SAYS):
        return None
    return OnPhone(
        unread=said.unreadCount,
        marked_unread=said.markedAsUnread,
        pinned=said.pinned > 0,
        archived=said.archived,
        muted=said.muteEndTime > 0,
        muted_until=_until(said.muteEndTime),
    )


def _until(moment: int) -> int | None:
    """When a mute ends; None of one without an end, which is a number beyond all times, and of none."""
    if not 0 < moment < _NO_TIME:
        return None
    return moment if moment > _SECONDS else moment * 1000
