"""Which keys of objects are allowed, the same for every adapter: what S3 takes and no folder misreads."""

from __future__ import annotations

import re

_SEGMENT = re.compile(r"[A-Za-z0-9._-]{1,200}")
_LONGEST = 900  # S3 allows 1,024 bytes


def segments_of(key: str) -> list[str]:
    """The segments of a key; raises ValueError when it is none."""
    segments = key.split("/")
    if len(key) > _LONGEST or not all(_SEGMENT.fullmatch(segment) and segment.strip(".") for segment in segments):
        raise ValueError(f"not a key of an object: {key[:100]!r}")
    return segments


def split_prefix(prefix: str) -> tuple[list[str], str]:
    """The whole segments a prefix of keys begins with, and the beginning of the next; raises ValueError."""
    head, _, tail = prefix.rpartition("/")
    if tail and not _SEGMENT.fullmatch(tail):
        raise ValueError(f"not a prefix of keys: {prefix[:100]!r}")
    return segments_of(head) if head else [], tail
