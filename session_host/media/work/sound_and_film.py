"""Opening sounds and films of strangers: by what their bytes say, and only containers that are known."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import av
import filetype
from av.container import InputContainer
from av.stream import Stream

from shared.errors import MediaUnreadable, PictureTooLarge

_CONTAINERS = {
    "video/mp4": "mov", "video/x-m4v": "mov", "video/quicktime": "mov", "video/3gpp": "mov", "audio/mp4": "mov",
    "video/x-matroska": "matroska", "video/webm": "matroska", "video/x-msvideo": "avi", "video/mpeg": "mpeg",
    "video/x-ms-wmv": "asf", "video/x-flv": "flv", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/x-flac": "flac",
    "audio/x-wav": "wav", "audio/amr": "amr", "audio/aac": "aac", "audio/x-aiff": "aiff", "image/gif": "gif",
}  # fmt: skip
"""FFmpeg's name of the reader, by what the bytes are. It has others that open further files and addresses."""
_GUESSES = {"mp3", "aac", "amr", "mpeg"}
"""Containers of which the length is guessed from their size."""
_MOST_OF_IT = 0.9
MOST_PIXELS = 8192 * 4320
"""Of a frame."""


@contextmanager
def opened(file: Path) -> Generator[tuple[InputContainer, str]]:
    """The container, and the media type that its bytes are.

    Raises:
        MediaUnreadable: it is none of a format that is known, or damaged.
        PictureTooLarge: a frame has more pixels than is worked on.
    """
    mimetype = str(filetype.guess_mime(str(file)) or "")
    reader = _CONTAINERS.get(mimetype)
    if reader is None:
        raise MediaUnreadable(f"The file is not a sound or a film in a known format ({mimetype or 'unknown'}).")
    options = {"protocol_whitelist": "file", "export_xmp": "1"} if reader == "mov" else {"protocol_whitelist": "file"}
    with file.open("rb") as source, av.open(source, "r", format=reader, options=options) as container:
        for stream in container.streams.video:
            if stream.width * stream.height > MOST_PIXELS:
                raise PictureTooLarge(f"The film is {stream.width} x {stream.height} pixels large.", limit=MOST_PIXELS)
        yield container, mimetype


def whole_seconds(seconds: float) -> int:
    """As WhatsApp shows them."""
    return max(1, round(seconds))


def whole(container: InputContainer, seconds: float) -> float:
    """So many seconds were found in it. Raises MediaUnreadable when that is much less than it says it has."""
    says = (container.duration or 0) / av.time_base
    if container.format.name not in _GUESSES and seconds < says * _MOST_OF_IT - 1:
        raise MediaUnreadable(f"The file is cut off: it has {seconds:.0f} of {says:.0f} seconds.")
    return seconds


def length(container: InputContainer, streams: Iterable[Stream]) -> float:
    """Seconds from the beginning to the end of what these streams carry; raises as `whole` does."""
    first: float | None = None
    end = 0.0
    for packet in container.demux(*streams):
        if packet.pts is None:
            continue
        begins = float(packet.pts * packet.time_base)
        first = begins if first is None else min(first, begins)
        end = max(end, begins + float((packet.duration or 0) * packet.time_base))
    if first is None:
        raise MediaUnreadable("The file is empty.")
    return whole(container, end - max(first, 0.0))
