"""The kinds of message that a contact can send and name: a row each, and what one is made of.

Facts: docs/sandbox.md#contacts, and the protobuf in neonize's `waE2E`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from neonize.proto.Neonize_pb2 import UploadResponse
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import ContextInfo, FutureProofMessage, Message
from neonize.utils.enum import MediaType

from sandbox.contacts.errors import MalformedRequestError
from sandbox.contacts.kind import Kind
from sandbox.contacts.structured import FORMS, SHOWN_AS, STRUCTURED
from sandbox.control.draft import Draft

KINDS: Final[Mapping[str, Kind]] = {
    "text": Kind("extendedTextMessage", ("text", "")),
    "image": Kind("imageMessage", ("media", "image"), MediaType.MediaImage, "image/jpeg"),
    "gif": Kind("videoMessage", ("media", "gif"), MediaType.MediaVideo, "video/mp4", {"gifPlayback": True}),
    "video": Kind("videoMessage", ("media", "video"), MediaType.MediaVideo, "video/mp4"),
    "video_note": Kind("ptvMessage", ("text", ""), MediaType.MediaVideo, "video/mp4"),
    "voice": Kind("audioMessage", ("media", "ptt"), MediaType.MediaAudio, "audio/ogg; codecs=opus", {"PTT": True}),
    "audio": Kind("audioMessage", ("media", "audio"), MediaType.MediaAudio, "audio/mpeg"),
    "document": Kind("documentMessage", ("media", "document"), MediaType.MediaDocument, "application/octet-stream"),
    "sticker": Kind("stickerMessage", ("media", "sticker"), MediaType.MediaImage, "image/webp"),
    **STRUCTURED,
}
"""Of two with the same field, the one with something `fixed` first: a message is of the first kind it fits."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("caption", "text"),
    "file_name": ("fileName",),
    "seconds": ("seconds",),
    "width": ("width",),
    "height": ("height",),
    "animated": ("isAnimated",),
    "latitude": ("degreesLatitude",),
    "longitude": ("degreesLongitude",),
    "name": ("name",),
    "address": ("address",),
}
"""By field of a draft, what it is called in the protobufs."""


def kind_of(content: Message) -> tuple[str, Kind] | None:
    """Return the kind of a message that was unwrapped, and its name; None when it is none of these."""
    if content.conversation:
        return "text", KINDS["text"]
    for name, kind in KINDS.items():
        for field in (kind.part, *kind.also):
            if content.HasField(field):  # pyright: ignore[reportArgumentType] - a table of its fields
                part = getattr(content, field)
                if all(getattr(part, fixed) == value for fixed, value in kind.fixed.items()):
                    return name, kind
    return None


def part_of(content: Message, kind: Kind) -> Any:  # noqa: ANN401 - one of the protobufs
    """Return the part of a message that makes it this kind."""
    there = (field for field in (kind.part, *kind.also) if content.HasField(field))  # pyright: ignore[reportArgumentType]
    return getattr(content, next(there, kind.part))


def type_of(name: str) -> str:
    """Return the type that the kind with this name is a form of."""
    return SHOWN_AS.get(name, name)


def context_of(content: Message) -> ContextInfo:
    """Return what a message says of those around it; an empty one when it says nothing."""
    found = kind_of(content)
    return ContextInfo() if found is None else part_of(content, found[1]).contextInfo


def kind_for(draft: Draft) -> Kind:
    """Return the kind that a draft is of.

    Raises:
        MalformedRequestError: there is none.
    """
    name = "contacts" if draft.type == "contact" and len(draft.contacts) > 1 else draft.type
    kind = KINDS.get(FORMS.get((draft.type, draft.form), name))
    if kind is None:
        raise MalformedRequestError(f"type {draft.type!r} is none of {', '.join(KINDS)}")
    return kind


def build(draft: Draft, file: UploadResponse | None, around: ContextInfo | None) -> Message:
    """Return the message that a draft describes, with its file as it was uploaded, and what is `around` any message.

    Raises:
        MalformedRequestError: the draft has something that its kind hasn't.
    """
    kind = kind_for(draft)
    if draft.type == "text" and around is None and draft.preview is None:
        return Message(conversation=draft.text)
    content = Message()
    part = getattr(content, kind.part)
    part.SetInParent()
    if file is not None:
        _attach(part, file, draft.mimetype or kind.mimetype)
    for name, value in kind.fixed.items():
        setattr(part, name, value)
    if kind.fill is None:
        for name in _NAMES:
            if (value := getattr(draft, name)) not in (None, ""):
                setattr(part, _called(part, draft.type, name), value)
    else:
        kind.fill(part, draft)
    if draft.preview is not None:
        part.matchedText, part.title = draft.preview.url, draft.preview.title
        part.description = draft.preview.description
    if around is not None:
        part.contextInfo.CopyFrom(around)
    return _wrapped(content, draft)


def _attach(part: Any, file: UploadResponse, mimetype: str) -> None:  # noqa: ANN401 - one of the protobufs with a file
    part.URL = file.url
    part.directPath = file.DirectPath
    part.mediaKey = file.MediaKey
    part.fileEncSHA256 = file.FileEncSHA256
    part.fileSHA256 = file.FileSHA256
    part.fileLength = file.FileLength
    part.mediaKeyTimestamp = int(time.time())
    part.mimetype = mimetype


def _called(part: Any, type_: str, name: str) -> str:  # noqa: ANN401 - one of the protobufs
    for candidate in _NAMES[name]:
        if candidate in part.DESCRIPTOR.fields_by_name:
            return candidate
    raise MalformedRequestError(f"a message of type {type_} has no {name}")


def _wrapped(content: Message, draft: Draft) -> Message:
    """Wrap what is to be seen once, and a document with words, as phones do."""
    if draft.view_once:
        part = getattr(content, KINDS[draft.type].part)
        part.viewOnce = True
        wrapper = FutureProofMessage(message=content)
        is_voice = draft.type == "voice"
        return Message(viewOnceMessageV2Extension=wrapper) if is_voice else Message(viewOnceMessageV2=wrapper)
    if draft.type == "document" and draft.text:
        return Message(documentWithCaptionMessage=FutureProofMessage(message=content))
    return content
