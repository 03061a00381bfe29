"""Kinds with a file become the protobuf that WhatsApp's programs make of them."""

from collections.abc import Callable
from typing import Any

import pytest

from session_host.media.orders import Prepared
from session_host.whatsapp.beside import Beside
from session_host.whatsapp.content.reading import read
from session_host.whatsapp.content.ready import Ready, Uploaded
from session_host.whatsapp.library.neonize_client import E2eMessage
from session_host.whatsapp.to_whatsapp import serialise
from shared.contracts.content.audio import Audio
from shared.contracts.content.document import Document
from shared.contracts.content.file import File, WithFile
from shared.contracts.content.gif import Gif
from shared.contracts.content.image import Image
from shared.contracts.content.sticker import Sticker
from shared.contracts.content.video import Video
from shared.contracts.content.video_note import VideoNote
from shared.contracts.content.voice import Voice
from shared.contracts.contents import CONTENT, CONTENTS
from shared.messages.model import ChatTimer

_FILE = File(media_id="med_1", size=3, sha256="00" * 32, file_name="report.pdf")
_UPLOADED = Uploaded("https://mmg.whatsapp.net/v/x", "/v/x?a=1", b"k" * 32, b"s" * 32, b"e" * 32, 3, 1_800_000_000)
_PREPARED = Prepared("a/b", seconds=7, width=640, height=480, thumbnail=b"small", waveform=b"wave", animated=True)


def _message(content: WithFile, timer: ChatTimer | None = None) -> Any:
    ready = content.made_ready(Ready(_PREPARED, _UPLOADED))
    return E2eMessage.FromString(serialise(ready, b"x" * 32, Beside(timer=timer)))


_KINDS: dict[str, tuple[WithFile, Callable[[Any], Any]]] = {
    "image": (Image(file=_FILE, caption="Hi"), lambda m: m.imageMessage),
    "video": (Video(file=_FILE, caption="Hi"), lambda m: m.videoMessage),
    "gif": (Gif(file=_FILE, caption="Hi"), lambda m: m.videoMessage),
    "video_note": (VideoNote(file=_FILE), lambda m: m.ptvMessage),
    "audio": (Audio(file=_FILE), lambda m: m.audioMessage),
    "voice": (Voice(file=_FILE), lambda m: m.audioMessage),
    "document": (Document(file=_FILE), lambda m: m.documentMessage),
    "document with words": (
        Document(file=_FILE, caption="Hi"), lambda m: m.documentWithCaptionMessage.message.documentMessage,
    ),
    "sticker": (Sticker(file=_FILE), lambda m: m.stickerMessage),
    "image once": (Image(file=_FILE, view_once=True), lambda m: m.viewOnceMessageV2.message.imageMessage),
    "video once": (Video(file=_FILE, view_once=True), lambda m: m.viewOnceMessageV2.message.videoMessage),
    "voice once": (Voice(file=_FILE, view_once=True), lambda m: m.viewOnceMessageV2Extension.message.audioMessage),
}  # fmt: skip


@pytest.mark.parametrize("name", _KINDS)
def test_a_message_says_where_its_file_is(name: str) -> None:
    """And what it is, whether it may be opened once, and when it disappears; it is read as that kind."""
    content, of = _KINDS[name]
    message = _message(content, ChatTimer("s", "628", "c", 86_400, 1))
    file = of(message)

    assert message.messageContextInfo.messageSecret == b"x" * 32
    assert (file.URL, file.directPath, file.mediaKey) == ("https://mmg.whatsapp.net/v/x", "/v/x?a=1", b"k" * 32)
    assert (file.fileSHA256, file.fileEncSHA256, file.fileLength) == (b"s" * 32, b"e" * 32, 3)
    assert (file.mimetype, file.mediaKeyTimestamp) == ("a/b", 1_800_000_000)
    assert file.contextInfo.expiration == 86_400
    assert bool(getattr(file, "viewOnce", False)) is name.endswith("once")
    assert len(message.ListFields()) == 2  # nothing else

    reading = read(message)
    assert reading is not None
    assert reading.type == content.type
    assert reading.shown.message == getattr(content, "caption", None)
    assert reading.shown.media is not None
    assert (reading.shown.media.size, reading.shown.media.view_once) == (3, name.endswith("once") or None)


def test_what_only_some_kinds_say() -> None:
    """Seconds, sizes, small pictures, waveforms, names."""
    voice = _message(Voice(file=_FILE)).audioMessage
    assert (voice.PTT, voice.seconds, voice.waveform) == (True, 7, b"wave")
    assert not _message(Audio(file=_FILE)).audioMessage.PTT
    assert _message(Gif(file=_FILE)).videoMessage.gifPlayback
    video = _message(Video(file=_FILE)).videoMessage
    assert (video.seconds, video.width, video.height, video.JPEGThumbnail) == (7, 640, 480, b"small")
    sticker = _message(Sticker(file=_FILE)).stickerMessage
    assert (sticker.width, sticker.height, sticker.isAnimated) == (640, 480, True)
    assert _message(Document(file=_FILE)).documentMessage.fileName == "report.pdf"


@pytest.mark.parametrize("kind", [kind for kind in CONTENTS.values() if issubclass(kind, WithFile)])
def test_what_a_file_became_is_kept_nowhere(kind: type[WithFile]) -> None:
    """Neither in a row nor in a command: whoever sends it after a crash makes it ready again."""
    content = kind(file=_FILE).made_ready(Ready(_PREPARED, _UPLOADED))
    assert "ready" not in content.model_dump_json()
    assert CONTENT.validate_python(content.model_dump()).ready is None
