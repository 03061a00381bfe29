"""Pictures, videos, sounds, documents and stickers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from shared.contracts.shown import Media, Shown

_FIELDS = {
    "mimetype": "mimetype", "fileLength": "size", "fileName": "file_name", "seconds": "seconds", "width": "width",
    "height": "height", "pageCount": "pages", "isAnimated": "animated", "viewOnce": "view_once",
}  # fmt: skip


def described(content: Any) -> Media:  # noqa: ANN401 - a protobuf
    """What the sender says of the file; `false` and zero are left out."""
    fields: dict[str, Any] = {
        _FIELDS[field.name]: value for field, value in content.ListFields() if field.name in _FIELDS and value
    }
    return Media(**fields, sha256=content.fileSHA256.hex() or None)


def of_kind(type_: str) -> Reader:
    """A reader of a kind with a file and perhaps a caption."""

    def read(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
        return Reading(type_, Shown(message=text_of(getattr(content, "caption", "")), media=described(content)))

    return read


def video(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A video, or a GIF: a video without sound that is played at once."""
    type_ = "gif" if content.gifPlayback else "video"
    return Reading(type_, Shown(message=text_of(content.caption), media=described(content)))


def audio(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A voice note, or another sound."""
    media = described(content)
    if content.PTT:
        return Reading("voice", Shown(media=media.model_copy(update={"ptt": True})))
    return Reading("audio", Shown(media=media))


def document(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A document; where it has no file name, its title is one."""
    media = described(content)
    if media.file_name is None and content.title:
        media = media.model_copy(update={"file_name": content.title})
    return Reading("document", Shown(message=text_of(content.caption), media=media))


READERS: Mapping[str, Reader] = {
    "imageMessage": of_kind("image"),
    "videoMessage": video,
    "ptvMessage": of_kind("video_note"),
    "audioMessage": audio,
    "documentMessage": document,
    "stickerMessage": of_kind("sticker"),
}
