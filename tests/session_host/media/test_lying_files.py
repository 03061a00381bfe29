"""Files that are cut, lie or would fill the memory are refused with words, and only the converter notices."""

import struct
import zlib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
from PIL import Image

from session_host.media.converters import Converters
from session_host.media.limits import Limits
from session_host.media.orders import Order
from shared.errors import WagateError
from tests.session_host.media.inputs import animation, film, picture, sound


@pytest.fixture
async def converters() -> AsyncGenerator[Converters]:
    """One process, with little memory."""
    made = Converters(1, Limits(memory=700 << 20, seconds=30))
    yield made
    await made.close()


def _cut(file: Path, share: float) -> Path:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    return file


def _picture(file: Path) -> Path:
    picture().save(file)
    return file


def _png_that_says(file: Path, width: int, height: int) -> Path:
    """A PNG with a header, and little behind it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b""))
    return file


def _bomb(file: Path) -> Path:
    """20,000 x 20,000 pixels in 50 kB."""
    Image.new("1", (20_000, 20_000)).save(file)
    return file


def _words(file: Path, start: bytes = b"") -> Path:
    file.write_bytes(start + b"#EXTM3U\nfile:///etc/passwd\n" * 40)
    return file


def _large_film(file: Path) -> Path:
    """A GIF whose header says that its frames are enormous."""
    data = animation(file).read_bytes()
    file.write_bytes(data[:6] + struct.pack("<HH", 9_000, 5_000) + data[10:])
    return file


_FILES: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "an empty picture": ("image", lambda f: _cut(_words(f), 0), "MEDIA_UNREADABLE"),
    "words as a picture": ("image", _words, "MEDIA_UNREADABLE"),
    "a cut JPEG": ("image", lambda f: _cut(_picture(f.with_suffix(".jpg")), 0.6), "MEDIA_UNREADABLE"),
    "a cut PNG": ("image", lambda f: _cut(_picture(f.with_suffix(".png")), 0.6), "MEDIA_UNREADABLE"),
    "a cut WebP": ("image", lambda f: _cut(_picture(f.with_suffix(".webp")), 0.6), "MEDIA_UNREADABLE"),
    "the head of a JPEG": ("image", lambda f: _words(f, b"\xff\xd8\xff\xe0"), "MEDIA_UNREADABLE"),
    "a PNG with few pixels": ("image", lambda f: _png_that_says(f, 2000, 2000), "MEDIA_UNREADABLE"),
    "a PNG that says it is huge": ("image", lambda f: _png_that_says(f, 2**31 - 1, 2**31 - 1), "PICTURE_TOO_LARGE"),
    "a picture bomb": ("image", lambda f: _bomb(f.with_suffix(".png")), "PICTURE_TOO_LARGE"),
    "a picture bomb as a sticker": ("sticker", lambda f: _bomb(f.with_suffix(".png")), "PICTURE_TOO_LARGE"),
    "a script as a picture": ("image", lambda f: _words(f, b"%!PS-Adobe-3.0 EPSF-3.0\n"), "MEDIA_UNREADABLE"),
    "a film as a picture": ("image", lambda f: film(f.with_suffix(".mp4")), "MEDIA_UNREADABLE"),
    "a sound as a sticker": ("sticker", lambda f: sound(f.with_suffix(".mp3")), "MEDIA_UNREADABLE"),
    "a cut GIF as a sticker": ("sticker", lambda f: _cut(animation(f.with_suffix(".gif")), 0.3), "MEDIA_UNREADABLE"),
    "a playlist as a film": ("video", _words, "MEDIA_UNREADABLE"),
    "a cut film": ("video", lambda f: _cut(film(f.with_suffix(".mp4"), seconds=8), 0.5), "MEDIA_UNREADABLE"),
    "the head of an MP4": ("video", lambda f: _words(f, b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"), "MEDIA_UNREADABLE"),
    "a film of enormous frames": ("gif", lambda f: _large_film(f.with_suffix(".gif")), "PICTURE_TOO_LARGE"),
    "a picture as a voice note": ("voice", lambda f: _picture(f.with_suffix(".jpg")), "MEDIA_UNREADABLE"),
    "a cut film as a voice note": ("voice", lambda f: _cut(film(f.with_suffix(".mp4")), 0.5), "MEDIA_UNREADABLE"),
    "a cut M4A": ("audio", lambda f: _cut(sound(f.with_suffix(".m4a"), 5), 0.5), "MEDIA_UNREADABLE"),
    "the head of an Ogg": ("voice", lambda f: _words(f, b"OggS\0\2"), "MEDIA_UNREADABLE"),
}


async def test_files_that_lie_are_refused(tmp_path: Path, converters: Converters) -> None:
    """Each with a code of its own and words, and the next file is made ready as if nothing had been."""
    codes: dict[str, str] = {}
    for at, (name, (kind, make, _)) in enumerate(_FILES.items()):
        with pytest.raises(WagateError) as refused:
            await converters.prepare(Order(kind, make(tmp_path / str(at)), tmp_path / f"{at}.out"))
        codes[name] = refused.value.code
        assert refused.value.status == 422
        assert str(tmp_path) not in refused.value.message
    assert codes == {name: code for name, (_, _, code) in _FILES.items()}

    fine = await converters.prepare(Order("image", _picture(tmp_path / "fine.jpg"), tmp_path / "fine.out"))
    assert fine.mimetype == "image/jpeg"
