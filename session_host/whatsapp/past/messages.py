"""A message of the past, in the one shape of messages: read as if the library had just given it."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp import from_whatsapp
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.content.people import number_and_lid
from session_host.whatsapp.library.history import REVOKED
from session_host.whatsapp.library.neonize_client import jid_of, protobufs
from session_host.whatsapp.past.chats import Address
from session_host.whatsapp.past.piece import PastMessage
from session_host.whatsapp.past.remarks import remarks
from shared.contracts.events import MessageReceived
from shared.ids import now_ms
from shared.jids import Jid

_LONGEST_ID = 256
_LATEST = 253_402_300_799
"""Seconds since 1970, the end of the year 9999."""


def message_of(said: Any, address: Address, people: Acquaintances, uid: str) -> PastMessage | None:  # noqa: ANN401 - a protobuf
    """What a `WebMessageInfo` of a session says; None when nobody wrote anything: notices, and keys."""
    if not 0 < len(said.key.ID) <= _LONGEST_ID or not 0 < said.messageTimestamp <= _LATEST:
        return None
    event, now = _as_it_came(said, address), now_ms()
    is_deleted = said.HasField("messageStubType") and said.messageStubType == REVOKED
    arrival = (from_whatsapp.deleted if is_deleted else from_whatsapp.message)(event, now, people)
    if arrival is None or not isinstance(arrival.event, MessageReceived):
        return None
    if is_deleted:
        return PastMessage(arrival.event, None, deleted=True)
    return PastMessage(arrival.event, arrival.raw, tuple(remarks(said, arrival.event, address, people, uid)))


def _as_it_came(said: Any, address: Address) -> Any:  # noqa: ANN401 - protobufs
    """As a neonize `Message`."""
    event = protobufs.Message()
    info, source = event.Info, event.Info.MessageSource
    info.ID, info.Pushname = said.key.ID, said.pushName or said.verifiedBizName
    info.Timestamp = said.messageTimestamp * 1000
    source.IsFromMe, source.IsGroup = said.key.fromMe, address.is_group
    source.Chat.CopyFrom(jid_of(Jid.parse(address.chat)))
    if not address.is_group:
        source.Sender.CopyFrom(source.Chat)
        if address.number and address.lid:
            source.SenderAlt.CopyFrom(jid_of(Jid.parse(address.lid)))
    elif any(number_and_lid(author := said.key.participant or said.participant)):
        source.Sender.CopyFrom(jid_of(Jid.parse(author)))
    event.Message.CopyFrom(said.message)
    return event
