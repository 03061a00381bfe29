"""Names of files: what a person gets to see. They name nothing of ours."""

from __future__ import annotations

import mimetypes
import re
from typing import Final

_LONGEST: Final = 255
_NOT_SHOWN: Final = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and those that turn the direction of what follows: `photo_gpj.exe` shown as `photo_exe.jpg`."""
_OURS: Final = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "text/plain": ".txt",
}
"""Where Python's table says another one, or what the system's says."""


def clean_name(given: str | None) -> str | None:
    """The name alone, without folders of its sender's disk and what cannot be seen; None when nothing is left."""
    last = re.split(r"[/\\]", _NOT_SHOWN.sub("", given or ""))[-1].strip(". ")
    if len(last) > _LONGEST:
        stem, dot, extension = last.rpartition(".")
        keep = _LONGEST - len(dot + extension)
        last = stem[:keep] + dot + extension if dot and keep > 0 else last[:_LONGEST]
    return last or None


def extension_of(mimetype: str) -> str:
    """What a file of this type is usually called at its end, with the dot; empty when nobody knows."""
    return _OURS.get(mimetype) or mimetypes.guess_extension(mimetype, strict=True) or ""
