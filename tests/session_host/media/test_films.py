"""Films go out as MP4 with H.264 and AAC: as they are when they are that, and without what they say of their maker."""

import io
from pathlib import Path

import av
import pytest
from PIL import Image

from session_host.media.orders import Order, Prepared
from session_host.media.work import gifs, sounds, video_notes, videos
from shared.errors import MediaUnreadable
from tests.session_host.media.inputs import animation, film, sound, turned


def _streams(file: Path) -> dict[str, str]:
    with av.open(str(file)) as box:
        return {stream.type: stream.codec_context.name for stream in box.streams}


def _shown(made: Prepared) -> tuple[int | None, int | None, int | None]:
    return made.width, made.height, made.seconds


def test_a_video_that_is_fine_goes_out_unchanged(tmp_path: Path) -> None:
    """Seconds, size and a small picture are known of it."""
    made = videos.prepare(Order("video", film(tmp_path / "a.mp4", seconds=3), tmp_path / "out"))
    assert (made.converted, made.mimetype) == (False, "video/mp4")
    assert _shown(made) == (320, 240, 3)
    assert made.thumbnail is not None
    assert Image.open(io.BytesIO(made.thumbnail)).size == (96, 72)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.webm", {"codec": "libvpx", "container": "webm", "sound_codec": "libopus"}),
        ("a.mkv", {"codec": "libx265", "container": "matroska"}),
        ("a.mov", {"codec": "mpeg4", "container": "mov"}),
        ("a.avi", {"codec": "mpeg4", "container": "avi", "sound_codec": "libmp3lame"}),
        ("a.mp4", {"pix_fmt": "yuv444p"}),
    ],
)
def test_other_videos_are_made_anew(tmp_path: Path, name: str, how: dict[str, str]) -> None:
    """Other containers, codecs and pixels."""
    made = videos.prepare(Order("video", film(tmp_path / name, **how), tmp_path / "out"))
    assert made.converted
    assert _shown(made) == (320, 240, 2)
    assert _streams(tmp_path / "out") == {"video": "h264", "audio": "aac"}


def test_what_a_video_says_of_its_maker_is_removed(tmp_path: Path) -> None:
    """Its streams are copied as they are."""
    source, target = (
        film(tmp_path / "a.mp4", metadata={"location": "+48.8577+002.295/", "title": "SECRET"}),
        tmp_path / "out",
    )
    assert b"+48.8577" in source.read_bytes()
    made = videos.prepare(Order("video", source, target))
    assert made.converted
    assert b"+48.8577" not in target.read_bytes()
    assert b"SECRET" not in target.read_bytes()
    with av.open(str(source)) as before, av.open(str(target)) as after:
        assert [bytes(p) for p in before.demux(video=0)] == [bytes(p) for p in after.demux(video=0)]


def test_a_turned_video_is_shown_as_it_was_filmed(tmp_path: Path) -> None:
    """As it is, and when its frames are made anew: then they are turned themselves."""
    fine = turned(film(tmp_path / "a.mp4"))
    made = videos.prepare(Order("video", fine, tmp_path / "out"))
    assert (made.converted, _shown(made)) == (False, (240, 320, 2))

    other = turned(film(tmp_path / "b.mp4", codec="mpeg4"))
    again = videos.prepare(Order("video", other, tmp_path / "out2"))
    assert (again.converted, _shown(again)) == (True, (240, 320, 2))
    for shown in (made, again):
        assert shown.thumbnail is not None
        small = Image.open(io.BytesIO(shown.thumbnail)).convert("RGB")
        red, green, blue = small.getpixel((small.width - 5, 3))  # the mark was top left
        assert blue > max(red, green)


def test_a_large_video_that_is_made_anew_becomes_smaller(tmp_path: Path) -> None:
    """Its longer side has 1280 pixels."""
    source = film(tmp_path / "a.mp4", codec="mpeg4", size=(1920, 1080), seconds=0.5)
    assert _shown(videos.prepare(Order("video", source, tmp_path / "out")))[:2] == (1280, 720)


@pytest.mark.parametrize("name", ["a.gif", "a.mp4", "sound.mp4"])
def test_a_gif_is_a_film_without_sound(tmp_path: Path, name: str) -> None:
    """Of a GIF, of a soundless MP4, which goes out as it is, and of one with sound, whose pictures stay as they are."""
    file = tmp_path / name
    source = animation(file) if name == "a.gif" else film(file, sound_codec="aac" if name == "sound.mp4" else None)
    made = gifs.prepare(Order("gif", source, tmp_path / "out"))
    assert made.converted is (name != "a.mp4")
    assert _streams(tmp_path / "out" if made.converted else source) == {"video": "h264"}
    assert made.seconds == (1 if name == "a.gif" else 2)


def test_a_video_note_is_square(tmp_path: Path) -> None:
    """The middle of the film; one that is square goes out as it is."""
    made = video_notes.prepare(Order("video_note", film(tmp_path / "a.mp4"), tmp_path / "out"))
    assert (made.converted, _shown(made)) == (True, (240, 240, 2))
    square = film(tmp_path / "b.mp4", size=(240, 240))
    assert not video_notes.prepare(Order("video_note", square, tmp_path / "out2")).converted


@pytest.mark.parametrize(("suffix", "sent_as", "converted"), [
    ("mp3", "audio/mpeg", False), ("m4a", "audio/mp4", False), ("wav", "audio/mp4", True), ("ogg", "audio/mp4", True),
])  # fmt: skip
def test_sounds(tmp_path: Path, suffix: str, sent_as: str, *, converted: bool) -> None:
    """MP3 and AAC go out as they are, others become AAC; the seconds are those of the sound."""
    made = sounds.prepare(Order("audio", sound(tmp_path / f"a.{suffix}", 3.2), tmp_path / "out"))
    assert (made.mimetype, made.converted, made.seconds) == (sent_as, converted, 3)
    if converted:
        assert _streams(tmp_path / "out") == {"audio": "aac"}


def test_a_cut_video_does_not_go_out(tmp_path: Path) -> None:
    """It says that it has more than there is."""
    source = film(tmp_path / "a.mp4", seconds=8)
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    with pytest.raises((MediaUnreadable, av.FFmpegError)):
        videos.prepare(Order("video", source, tmp_path / "out"))
