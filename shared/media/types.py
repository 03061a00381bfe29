"""What a file is: by its first bytes. What its sender says of it counts only where bytes say nothing else."""

from __future__ import annotations

import re
from typing import Final

HEAD: Final = 8192
"""First bytes of a file that are looked at."""
UNKNOWN: Final = "application/octet-stream"

_SHOWN_BY_BYTES: Final = frozenset({"image", "video", "audio"})
"""Families that a file is of only if its bytes show it."""
_CONTAINERS: Final = {
    "application/zip": re.compile(r"application/(?:vnd\.[\w.+-]+|epub\+zip|java-archive|zip)"),
    "application/gzip": re.compile(r"application/(?:x-tar|x-gtar|x-compressed-tar|gzip)"),
    "application/x-ole-storage": re.compile(r"application/(?:msword|vnd\.ms-[\w.+-]+)"),
}
"""What many types are inside, and which of them a sender is believed."""
_NAMED: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}")
_TEXT: Final = "text/plain"
_SAME: Final = {"audio/x-wav": "audio/wav", "audio/m4a": "audio/mp4", "video/x-m4v": "video/mp4"}


def type_of(head: bytes, claimed: str | None = None) -> str:
    """The media type of a file, without parameters.

    Args:
        head: its first `HEAD` bytes.
        claimed: what its sender says; believed where it does not contradict the bytes.
    """
    from filetype import guess_mime  # noqa: PLC0415 - 60 modules that few requests need

    said = (claimed or "").partition(";")[0].strip().lower()
    said = said if _NAMED.fullmatch(said) else ""
    found: str | None = guess_mime(head)
    if found is not None:
        within = _CONTAINERS.get(found)
        return said if within is not None and within.fullmatch(said) else _SAME.get(found, found)
    if said and said.partition("/")[0] not in _SHOWN_BY_BYTES and not (said.startswith("text/") and b"\0" in head):
        return said
    return _TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """Whether it is UTF-8 as far as it goes; the last character may be cut."""
    if not head or b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start >= max(1, len(head) - 3)
    return True
