"""How a message that a contact received is shown."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message, MessageAssociation
from PIL import Image, UnidentifiedImageError

from sandbox.contacts.about import STANZAS, about
from sandbox.contacts.downloads import sha256_of
from sandbox.contacts.incoming import text_of
from sandbox.contacts.kind import Kind
from sandbox.contacts.kinds import context_of, kind_of, part_of, type_of
from sandbox.media.media_file import token_of

_PICTURES: Final = ("image", "sticker")
_CLAIMS: Final[Mapping[str, str]] = {
    "fileName": "fileName",
    "seconds": "seconds",
    "width": "width",
    "height": "height",
    "ptt": "PTT",
    "waveform": "waveform",
    "animated": "isAnimated",
    "viewOnce": "viewOnce",
}
"""What a sender says of its file: how it is shown, and its field."""


def media_part(content: Message) -> Message | None:
    """Return a message with only the part that has a file, as neonize downloads it; None when there is none."""
    found = kind_of(content)
    if found is None or found[1].upload_as is None:
        return None
    _, kind = found
    field = "videoMessage" if kind.part == "ptvMessage" else kind.part  # neonize would not look into a ptvMessage
    return Message(**{field: getattr(content, kind.part)})


def shown_content(content: Message, file: Path | None, reason: str) -> dict[str, Any]:
    """Return the kind of a message, what it answers, and of its file what its sender says and what is in it.

    Args:
        content: Unwrapped.
        file: The decrypted file, if it is here.
        reason: Why it is not.
    """
    found = kind_of(content)
    if found is None:
        return {"type": "unknown"}
    name, kind = found
    shown: dict[str, Any] = {"type": type_of(name), **_surrounding(content), **_tied(content)}
    part = part_of(content, kind)
    if kind.upload_as is not None:
        shown["media"] = _shown_media(name, part, file, reason)
    return shown if kind.show is None else {**shown, **kind.show(part)}


def _surrounding(content: Message) -> dict[str, Any]:
    info = context_of(content)
    shown: dict[str, Any] = {}
    if info.stanzaID:
        shown["quotedId"] = info.stanzaID
        shown["quoted"] = {"id": info.stanzaID, "from": info.participant, "text": text_of(info.quotedMessage)}
    if info.mentionedJID:
        shown["mentions"] = list(info.mentionedJID)
    if info.isForwarded:
        shown["forwarded"] = True
    if info.expiration:
        shown["expiresIn"] = info.expiration
    return shown


def _tied(content: Message) -> dict[str, Any]:
    """Return the album that a picture or a video is of, and what is shown of a text's link."""
    shown: dict[str, Any] = {}
    tied, text = content.messageContextInfo.messageAssociation, content.extendedTextMessage
    if tied.associationType == MessageAssociation.MEDIA_ALBUM:
        shown["albumId"] = tied.parentMessageKey.ID
    if text.title:
        small = base64.b64encode(text.JPEGThumbnail).decode()
        preview = {"url": text.matchedText, "title": text.title, "description": text.description, "thumbnail": small}
        shown["preview"] = {name: value for name, value in preview.items() if value}
    return shown


def stanza_errors(content: Message, type_: str, media_type: str) -> list[str]:
    """Return what is wrong with the stanza of a message, which only its receiver can tell, who sees what is in it."""
    came, said, found = (type_, media_type), about(content), kind_of(content)
    if said is not None:
        name, wanted = said.what, STANZAS[said.what]
    elif found is not None:
        name, wanted = type_of(found[0]), _stanza(found[1], content)
    else:
        return []
    return [] if came == wanted else [f"a message of type {name} comes as {_said(wanted)}, not {_said(came)}"]


def _stanza(kind: Kind, content: Message) -> tuple[str, str]:
    return ("media", "url") if content.extendedTextMessage.title else kind.stanza


def _said(stanza: tuple[str, str]) -> str:
    return f"{stanza[0]}/{stanza[1] or 'none'}"


def _shown_media(name: str, part: Any, file: Path | None, reason: str) -> dict[str, Any]:  # noqa: ANN401 - one of the protobufs with a file
    media: dict[str, Any] = {"mimetype": part.mimetype, "token": token_of(part.fileEncSHA256)}
    for key, claim in _CLAIMS.items():
        if claim in part.DESCRIPTOR.fields_by_name and (value := getattr(part, claim)):
            media[key] = list(value) if isinstance(value, bytes) else value
    if file is None:
        return {**media, "state": "gone" if reason else "fetching", **({"reason": reason} if reason else {})}
    if name in _PICTURES:
        media.update(_probed(file))
    return {**media, "state": "stored", "size": file.stat().st_size, "sha256": sha256_of(file)}


def _probed(picture: Path) -> dict[str, Any]:
    """Return what is in a picture, whatever its sender says; nothing when it is none."""
    try:
        with Image.open(picture) as image:
            is_animated = bool(getattr(image, "is_animated", False))
            return {"width": image.width, "height": image.height, "animated": is_animated}
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return {}
