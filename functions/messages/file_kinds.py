"""The kinds of messages that a file belongs to; `kinds` has the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pydantic import Field, StrictBool

from functions.messages.file_sends import FileBody
from functions.messages.sends import Kind, body_of
from functions.uploads.sources import FileField
from shared.contracts.content.audio import Audio
from shared.contracts.content.document import Document
from shared.contracts.content.file import File, WithFile
from shared.contracts.content.gif import Gif
from shared.contracts.content.image import Image
from shared.contracts.content.sticker import Sticker
from shared.contracts.content.video import Video
from shared.contracts.content.video_note import VideoNote
from shared.contracts.content.voice import Voice

_MIB = 1024 * 1024
_PICTURES, _FILMS, _SOUNDS = ("image/",), ("video/", "image/gif"), ("audio/", "video/")
_AUDIO = FileField("audio", 64 * _MIB, _SOUNDS)

if TYPE_CHECKING:
    _AudioBody = FileBody
else:
    _AudioBody = cast("type[FileBody]", body_of(Audio, _AUDIO))


class SendAudioBody(_AudioBody):
    """A sound."""

    ptt: StrictBool = Field(default=False, description="Send it as a voice note, as /api/send-voice does.")

    def with_file(self, file: File) -> WithFile:
        """The sound, or a voice note."""
        return Voice(file=file) if self.ptt else super().with_file(file)


FILE_KINDS = (
    Kind("/api/send-image", Image, "Send a picture.", file=FileField("image", 16 * _MIB, _PICTURES)),
    Kind("/api/send-video", Video, "Send a video.", file=FileField("video", 64 * _MIB, _FILMS)),
    Kind(
        "/api/send-gif",
        Gif,
        "Send a GIF or a video as a film without sound that plays by itself.",
        file=FileField("gif", 64 * _MIB, _FILMS),
    ),
    Kind(
        "/api/send-video-note",
        VideoNote,
        "Send a video that is shown as a circle.",
        file=FileField("video_note", 64 * _MIB, _FILMS),
    ),
    Kind("/api/send-audio", Audio, "Send a sound.", body=SendAudioBody, file=_AUDIO),
    Kind(
        "/api/send-voice",
        Voice,
        "Send a voice note, made from any file with sound.",
        file=FileField("voice", 64 * _MIB, _SOUNDS),
    ),
    Kind("/api/send-document", Document, "Send any file unchanged.", file=FileField("document", 100 * _MIB)),
    Kind(
        "/api/send-sticker",
        Sticker,
        "Send a sticker, made from a picture, a GIF or a video.",
        file=FileField("sticker", 16 * _MIB, (*_PICTURES, "video/")),
    ),
)
