"""What WhatsApp sends, as events. Runs on the library's thread before the message counts as received: kept lean."""

from __future__ import annotations

import re
from typing import Any, Literal

from session_host.whatsapp.neonize_client import protobufs
from shared.contracts.events import MessageReceived, ReceiptReceived
from shared.jids import LID, PHONE

_NOT_CONTENT = frozenset({
    "messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage",
    "protocolMessage", "deviceSentMessage", "keepInChatMessage", "placeholderMessage", "messageHistoryNotice",
})  # fmt: skip
"""Keys, requests between devices and settings: nothing a person wrote."""

_WRAPPERS = frozenset({
    "ephemeralMessage", "viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension",
    "documentWithCaptionMessage", "groupMentionedMessage", "botInvokeMessage", "associatedChildMessage",
})  # fmt: skip
_SUFFIX = re.compile(r"Message(V\d+)?$")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TYPES = {"conversation": "text", "extendedTextMessage": "text", "ptvMessage": "video"}
_MEDIA = {
    "mimetype": "mimetype", "fileLength": "size", "fileName": "fileName", "seconds": "seconds",
    "width": "width", "height": "height", "PTT": "ptt", "pageCount": "pages",
}  # fmt: skip

_RECEIPTS: dict[int, Literal["delivered", "read", "played"]] = {
    protobufs.Receipt.DELIVERED: "delivered",
    protobufs.Receipt.READ: "read",
    protobufs.Receipt.PLAYED: "played",
}


def message(event: Any, at: int) -> MessageReceived | None:  # noqa: ANN401 - a protobuf
    """An event of a neonize `Message`; None when it carries nothing a person wrote."""
    kind, content, inner = _content(event.Message)
    if kind is None:
        return None
    info = event.Info
    source = info.MessageSource
    number, lid = _person(source.Sender, source.SenderAlt)
    return MessageReceived(
        at=at,
        id=info.ID,
        chat=_chat(source),
        from_number=number,
        from_lid=lid,
        from_me=source.IsFromMe,
        timestamp=info.Timestamp // 1000,  # the library gives milliseconds here
        type=_type(kind),
        text=_text(kind, content, inner),
        push_name=info.Pushname or None,
        media=_media(content),
    )


def receipt(event: Any, at: int) -> ReceiptReceived | None:  # noqa: ANN401 - a protobuf
    """An event of a neonize `Receipt`; None for what says nothing of the other side (our own devices, retries)."""
    state = _RECEIPTS.get(event.Type)
    if state is None or event.MessageSource.IsFromMe:
        return None
    return ReceiptReceived(
        at=at,
        message_ids=tuple(event.MessageIDs),
        state=state,
        chat=_chat(event.MessageSource),
        timestamp=event.Timestamp,  # seconds here
    )


def address(jid: Any) -> str | None:  # noqa: ANN401 - a protobuf
    """`user@server` of a neonize JID, without its device; None when it is empty."""
    return f"{jid.User}@{jid.Server}" if jid.User else None


def _content(body: Any) -> tuple[str | None, Any, Any]:  # noqa: ANN401 - protobufs
    for field, value in body.ListFields():
        if field.name in _WRAPPERS:
            return _content(value.message)
        if field.name not in _NOT_CONTENT:
            return field.name, value, body
    return None, None, body


def _type(kind: str) -> str:
    return _TYPES.get(kind) or _HUMP.sub("_", _SUFFIX.sub("", kind)).lower()


def _text(kind: str, content: Any, body: Any) -> str | None:  # noqa: ANN401 - protobufs
    if kind == "conversation":
        return body.conversation
    names = content.DESCRIPTOR.fields_by_name if hasattr(content, "DESCRIPTOR") else ()
    for name in ("text", "caption", "selectedDisplayText", "displayName", "name"):
        if name in names and isinstance(found := getattr(content, name), str) and found:
            return found
    return None


def _media(content: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a protobuf
    names = content.DESCRIPTOR.fields_by_name if hasattr(content, "DESCRIPTOR") else ()
    if "mediaKey" not in names or "mimetype" not in names:
        return None
    present = {field.name: value for field, value in content.ListFields()}
    return {ours: present[theirs] for theirs, ours in _MEDIA.items() if theirs in present}


def _chat(source: Any) -> str:  # noqa: ANN401 - a protobuf
    """The chat, by phone number where that is known: a person's chat is addressed by LID on the wire."""
    chat = source.Chat
    if chat.Server == LID:
        alternative = source.RecipientAlt if source.IsFromMe else source.SenderAlt
        if alternative.User and alternative.Server == PHONE:
            return f"{alternative.User}@{PHONE}"
    return f"{chat.User}@{chat.Server}"


def _person(sender: Any, alternative: Any) -> tuple[str | None, str | None]:  # noqa: ANN401 - protobufs
    number = lid = None
    for jid in (sender, alternative):
        if jid.User and jid.Server == PHONE:
            number = jid.User
        elif jid.User and jid.Server == LID:
            lid = jid.User
    return number, lid
