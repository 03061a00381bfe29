"""Pictures, videos, sounds, documents and stickers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from session_host.whatsapp.content.ready import Ready
from session_host.whatsapp.content.writings import Writer
from shared.contracts.content.audio import Audio
from shared.contracts.content.document import Document
from shared.contracts.content.file import WithFile
from shared.contracts.content.gif import Gif
from shared.contracts.content.image import Image
from shared.contracts.content.kind import Content
from shared.contracts.content.sticker import Sticker
from shared.contracts.content.video import Video
from shared.contracts.content.video_note import VideoNote
from shared.contracts.content.voice import Voice
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


def write_image(content: Image, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A picture."""
    into = message.viewOnceMessageV2.message if content.view_once else message
    _describe(content, into.imageMessage, surrounding, caption=content.caption, viewOnce=content.view_once)


def write_video(content: Video, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A video."""
    into = message.viewOnceMessageV2.message if content.view_once else message
    _describe(content, into.videoMessage, surrounding, caption=content.caption, viewOnce=content.view_once)


def write_gif(content: Gif, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A film that plays by itself."""
    _describe(content, message.videoMessage, surrounding, caption=content.caption, gifPlayback=True)


def write_video_note(content: VideoNote, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A round film."""
    _describe(content, message.ptvMessage, surrounding)


def write_audio(content: Audio, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A sound."""
    _describe(content, message.audioMessage, surrounding)


def write_voice(content: Voice, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A voice note."""
    into = message.viewOnceMessageV2Extension.message if content.view_once else message
    _describe(content, into.audioMessage, surrounding, PTT=True, viewOnce=content.view_once)


def write_document(content: Document, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A document; with words below it, it is wrapped."""
    into = message if content.caption is None else message.documentWithCaptionMessage.message
    name = content.file.file_name
    _describe(content, into.documentMessage, surrounding, caption=content.caption, fileName=name, title=name)


def write_sticker(content: Sticker, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A sticker."""
    _describe(content, message.stickerMessage, surrounding)


_DESCRIBED = {
    "seconds": "seconds", "width": "width", "height": "height", "thumbnail": "JPEGThumbnail", "waveform": "waveform",
    "animated": "isAnimated",
}  # fmt: skip
"""Fields of `Prepared`, and what they are called in those kinds that have them."""


def _describe(content: WithFile, file: Any, surrounding: Any, **more: object) -> None:  # noqa: ANN401 - protobufs
    """Say where the file is, how it is opened and what it is, and `more` that is neither None nor False."""
    ready: Ready = content.ready
    uploaded, prepared = ready.uploaded, ready.prepared
    file.directPath, file.fileSHA256, file.fileLength = uploaded.direct_path, uploaded.file_sha256, uploaded.size
    file.mimetype = prepared.mimetype
    if uploaded.media_key:
        file.URL, file.mediaKey, file.mediaKeyTimestamp = uploaded.url, uploaded.media_key, uploaded.at
        file.fileEncSHA256 = uploaded.file_enc_sha256
    known = file.DESCRIPTOR.fields_by_name
    found = {name: getattr(prepared, field) for field, name in _DESCRIBED.items() if name in known}
    for name, value in {**found, **more}.items():
        if value is not None and value is not False:
            setattr(file, name, value)
    if surrounding is not None:
        file.contextInfo.CopyFrom(surrounding)


READERS: Mapping[str, Reader] = {
    "imageMessage": of_kind("image"),
    "videoMessage": video,
    "ptvMessage": of_kind("video_note"),
    "audioMessage": audio,
    "documentMessage": document,
    "stickerMessage": of_kind("sticker"),
}
WRITERS: Mapping[type[Content], Writer] = {
    Image: write_image,
    Video: write_video,
    Gif: write_gif,
    VideoNote: write_video_note,
    Audio: write_audio,
    Voice: write_voice,
    Document: write_document,
    Sticker: write_sticker,
}
