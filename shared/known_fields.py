"""What another version of wagate wrote down, as far as this one knows it (docs/adr/0019)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def with_known_fields(kind: type[T], found: Mapping[str, Any]) -> T:
    """One of this dataclass: what a newer version added is passed over, what an older one lacks is the default.

    Raises:
        TypeError: a field that has no default is missing.
    """
    return kind(**{field.name: found[field.name] for field in fields(kind) if field.name in found})
