"""Reads what neonize hands over as an incoming message."""

from __future__ import annotations

from typing import Final

from neonize.proto.Neonize_pb2 import JID
from neonize.proto.Neonize_pb2 import Message as MessageEvent
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message
from neonize.utils.jid import Jid2String, JIDToNonAD

from sandbox.contacts.about import about
from sandbox.contacts.kinds import context_of, kind_of, part_of
from sandbox.contacts.mailbox import Received

_NUMBERS: Final = "s.whatsapp.net"
_WORDS: Final = ("text", "caption", "contentText", "description", "selectedDisplayText", "message")
"""Where the protobufs of kinds have what somebody wrote."""
_NOT_CONTENT: Final = {"senderKeyDistributionMessage", "messageContextInfo", "protocolMessage"}


def read_event(event: MessageEvent, received_at: float) -> Received | None:
    """Return the message in `event`; None for this number's own ones and for those that only carry keys."""
    source = event.Info.MessageSource
    content = event.Message
    changes = about(content) is not None
    if source.IsFromMe or not (changes or any(field.name not in _NOT_CONTENT for field, _ in content.ListFields())):
        return None
    return Received(
        id=event.Info.ID,
        sender=Jid2String(JIDToNonAD(source.Sender)),
        sender_number=_number(source.Sender) or _number(source.SenderAlt),
        chat=Jid2String(JIDToNonAD(source.Chat)),
        text=text_of(content),
        timestamp=event.Info.Timestamp // 1000,
        received_at=received_at,
        is_reply=changes or bool(context_of(content).stanzaID),
        source=source.SerializeToString(),
        message=content.SerializeToString(),
        stanza=f"{event.Info.Type}/{event.Info.MediaType}",
    )


def _number(jid: JID) -> str:
    return jid.User if jid.Server == _NUMBERS else ""


def text_of(content: Message) -> str:
    """Return the words of a message: the text, a caption, a question, a title."""
    found = kind_of(content)
    if found is None or content.conversation:
        return content.conversation
    part = part_of(content, found[1])
    there = (getattr(part, name) for name in _WORDS if name in part.DESCRIPTOR.fields_by_name)
    return next((words for words in there if isinstance(words, str) and words), "")
