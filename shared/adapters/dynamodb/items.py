"""DynamoDB's typed JSON, as far as the tables use it: text, whole numbers, booleans, bytes, and maps of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Item = dict[str, dict[str, Any]]


def encode(values: Mapping[str, Any]) -> Item:
    """Values as attributes; those that are None are left out."""
    return {name: encode_value(value) for name, value in values.items() if value is not None}


def encode_value(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON scalar, or bytes
    """One value as an attribute."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, Mapping):
        return {"M": encode(value)}  # pyright: ignore[reportUnknownArgumentType] - of numbers
    return {"S": str(value)}


def decode(item: Item) -> dict[str, Any]:
    """Attributes as values."""
    return {name: _decode_value(attribute) for name, attribute in item.items()}


def _decode_value(attribute: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON scalar
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value)
    return decode(value) if kind == "M" else value
