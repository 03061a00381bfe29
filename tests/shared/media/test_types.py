"""What a file is taken for: its bytes count, and its sender is believed only where they say nothing else."""

import io
import wave
import zipfile

import pytest
from PIL import Image

from shared.media.types import UNKNOWN, type_of


def _picture(format_: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, format_)
    return file.getvalue()


def _sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(800))
    return file.getvalue()


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("head", "claimed", "found"),
    [
        (_picture("PNG"), "application/pdf", "image/png"),
        (_picture("JPEG"), None, "image/jpeg"),
        (_picture("WEBP"), "image/png", "image/webp"),
        (_picture("GIF"), "text/html", "image/gif"),
        (_sound(), None, "audio/wav"),
        (b"%PDF-1.7\n", "image/png", "application/pdf"),
        (b"<html><script>", "image/png", "text/plain"),
        (b"<html><script>", "text/html; charset=utf-8", "text/html"),
        (b"a,b\n1,2\n", "text/csv", "text/csv"),
        ("Übung".encode()[:1], None, UNKNOWN),
        ("Halo \U0001f44b".encode()[:-1], None, "text/plain"),
        (b"\xff\xfe\x00", "text/plain", UNKNOWN),
        (b"\x00\x01", "video/mp4", UNKNOWN),
        (b"\x00\x01", "application/vnd.example+thing", "application/vnd.example+thing"),
        (b"\x00\x01", "no type at all", UNKNOWN),
        (_zip("a"), None, "application/zip"),
        (_zip("a"), DOCX, DOCX),
        (_zip("a"), "image/png", "application/zip"),
        (b"", None, UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_show(head: bytes, claimed: str | None, found: str) -> None:
    """A picture is one whatever it is called; what is none cannot be made one by a header."""
    assert type_of(head, claimed) == found
