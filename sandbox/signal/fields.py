"""The two protobufs of the Signal protocol, which no package here declares: numbered fields of numbers and bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_NUMBER, _BYTES = 0, 2
_MORE: Final = 0x80


class FieldsError(ValueError):
    """Bytes that are no such protobuf."""


def encoded(fields: Iterable[tuple[int, int | bytes]]) -> bytes:
    """Return the protobuf with these fields."""
    parts: list[bytes] = []
    for number, value in fields:
        if isinstance(value, int):
            parts += (_varint(number << 3 | _NUMBER), _varint(value))
        else:
            parts += (_varint(number << 3 | _BYTES), _varint(len(value)), value)
    return b"".join(parts)


class Fields:
    """What a protobuf says, by the numbers of its fields. Raises FieldsError when it is none."""

    def __init__(self, data: bytes) -> None:
        self._values: dict[int, int | bytes] = {}
        at = 0
        while at < len(data):
            key, at = _read_varint(data, at)
            value, at = _read_varint(data, at)
            if key & 7 == _BYTES:
                if at + value > len(data):
                    raise FieldsError("a field is longer than the protobuf")
                self._values[key >> 3] = data[at : at + value]
                at += value
            elif key & 7 == _NUMBER:
                self._values[key >> 3] = value
            else:
                raise FieldsError("a field is neither a number nor bytes")

    def number(self, field: int) -> int:
        """Return a number, 0 when it is not there."""
        value = self._values.get(field, 0)
        if not isinstance(value, int):
            raise FieldsError(f"field {field} is no number")
        return value

    def bytes(self, field: int) -> bytes:
        """Return bytes. Raises FieldsError when there are none."""
        value = self._values.get(field)
        if not isinstance(value, bytes):
            raise FieldsError(f"field {field} is missing")
        return value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= _MORE:
        out.append(value & 0x7F | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < _MORE:
            return value, at
    raise FieldsError("a number ends too soon")
