"""Whole numbers that people write into forms."""

from __future__ import annotations

from typing import Final

from functions.console.front.forms import Fields
from shared.errors import BadRequest

_LONGEST: Final = 7


def whole(form: Fields, name: str) -> int | None:
    """What a field says; None when it is empty. Raises BadRequest."""
    text = form.one(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST:
        raise BadRequest("Write a whole number.", field=name)
    return int(text)
