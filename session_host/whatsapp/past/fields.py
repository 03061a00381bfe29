"""The fields of a protobuf that is too large to be read at once: where each one lies."""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple

_VARINT, _FIXED64, _SIZED, _FIXED32 = 0, 1, 2, 5
_FIXED = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10


class Field(NamedTuple):
    """One field, by its number in the protobuf."""

    number: int
    start: int
    """Where its tag is."""
    begin: int
    end: int
    """Its bytes; of a whole number they are none."""
    value: int = 0
    """Of a whole number."""


def fields(data: mmap, begin: int, end: int) -> Iterator[Field]:
    """The fields of the protobuf in this part of a file, as they come. Raises ValueError when it is none."""
    place = begin
    while place < end:
        start = place
        tag, place = _varint(data, place, end)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, place = _varint(data, place, end)
            yield Field(number, start, place, place, value)
            continue
        size = _FIXED.get(kind, 0)
        if kind == _SIZED:
            size, place = _varint(data, place, end)
        elif not size:
            raise ValueError(f"a field of kind {kind}")
        if size > end - place:
            raise ValueError("a field that is longer than what it is in")
        yield Field(number, start, place, place + size)
        place += size


def _varint(data: mmap, place: int, end: int) -> tuple[int, int]:
    """A number and where it ends."""
    value = 0
    for count in range(_LONGEST_VARINT):
        if place >= end:
            break
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that there is more
            return value, place
    raise ValueError("a number without an end")
