"""Bounds of what is kept of a message: an item of DynamoDB has 400 kB, and what arrives is as long as its sender likes.

The protobuf is kept whole or not at all, since a part of one cannot be read. What is shown is shortened until it fits.
Together they have 378,304 bytes at most, which leaves room for addresses and names.
"""

from __future__ import annotations

from typing import Any, cast

from shared.contracts.shown import Shown

MOST_RAW = 98_304
"""Bytes of a protobuf that is kept."""
MOST_SHOWN = 280_000
"""Bytes of what is shown, as JSON."""
_LARGER_IN_JSON = 16
"""At most: an empty card has 2 bytes in a protobuf, and is `{"numbers":[],"vcard":""}` in JSON."""
_LENGTHS = (65_536, 16_384, 4_096, 1_024, 256)
_LONGEST_LISTS = (4_096, 1_024, 256, 64, 16)


def small(shown: Shown, raw_size: int) -> Shown:
    """What is shown, short enough to be kept; `truncated` when something had to go, of it or of the protobuf."""
    if raw_size * _LARGER_IN_JSON <= MOST_SHOWN:
        return shown
    fields: dict[str, Any] = shown.model_dump(mode="json", by_alias=True)
    cut = False
    for length, items in zip(_LENGTHS, _LONGEST_LISTS, strict=True):
        if len(Shown.model_validate(fields).model_dump_json().encode()) <= MOST_SHOWN:
            break
        fields, cut = _shortened(fields, length, items), True
    if cut or raw_size > MOST_RAW:
        fields["truncated"] = True
    return Shown.model_validate(fields)


def _shortened(value: Any, length: int, items: int) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return value[:length]
    if isinstance(value, list):
        return [_shortened(item, length, items) for item in cast("list[Any]", value)[:items]]
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {name: _shortened(item, length, items) for name, item in entries.items()}
    return value
