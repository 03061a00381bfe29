"""Marks texts in the code for the catalogues of languages; they are translated where they are shown."""

from __future__ import annotations


def _(text: str) -> str:
    return text
