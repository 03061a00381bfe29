"""Texts of a body that have to show something."""

from __future__ import annotations

from shared.invisible import is_blank


def not_blank(text: str) -> str:
    """The text; raises ValueError when nobody would see anything of it."""
    if is_blank(text):
        raise ValueError("it is empty")
    return text
