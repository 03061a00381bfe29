"""Reads what neonize hands over as an incoming message."""

from __future__ import annotations

from typing import Final

from neonize.proto.Neonize_pb2 import JID
from neonize.proto.Neonize_pb2 import Message as MessageEvent
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message
from neonize.utils.jid import Jid2String, JIDToNonAD

from sandbox.contacts.kinds import context_of
from sandbox.contacts.mailbox import Received

_NUMBERS: Final = "s.whatsapp.net"
_NOT_CONTENT: Final = {"senderKeyDistributionMessage", "messageContextInfo", "protocolMessage"}


def read_event(event: MessageEvent, received_at: float) -> Received | None:
    """Return the message in `event`; None for this number's own ones and for those that only carry keys."""
    source = event.Info.MessageSource
    content = event.Message
    if source.IsFromMe or all(field.name in _NOT_CONTENT for field, _ in content.ListFields()):
        return None
    return Received(
        id=event.Info.ID,
        sender=Jid2String(JIDToNonAD(source.Sender)),
        sender_number=_number(source.Sender) or _number(source.SenderAlt),
        chat=Jid2String(JIDToNonAD(source.Chat)),
        text=_text(content),
        timestamp=event.Info.Timestamp // 1000,
        received_at=received_at,
        is_reply=bool(context_of(content).stanzaID),
        source=source.SerializeToString(),
        message=content.SerializeToString(),
        stanza=f"{event.Info.Type}/{event.Info.MediaType}",
    )


def _number(jid: JID) -> str:
    return jid.User if jid.Server == _NUMBERS else ""


def _text(content: Message) -> str:
    return (
        content.conversation
        or content.extendedTextMessage.text
        or content.imageMessage.caption
        or content.videoMessage.caption
        or content.documentMessage.caption
    )
