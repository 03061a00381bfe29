"""Characters that nobody sees. They come along when text is copied, and make what looks right something else."""

from __future__ import annotations

import unicodedata

_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and symbols without a picture: Hangul fillers, the empty braille cell, …"""
_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0000, 0xE1000))
"""Variation selectors and tags: they change how their neighbour looks."""
_CATEGORIES = frozenset({"Cf", "Cc", "Zl", "Zp"})


def without_invisible(text: str) -> str:
    """The text without control and formatting characters, fillers and selectors; spaces stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text if not _is_invisible(character))


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: it is empty, or spaces and invisible characters are all it has."""
    return all(character.isspace() or _is_invisible(character) for character in text)


def names_of(characters: str) -> str:
    """Characters as people can look them up, each once: `'x' (U+0078 LATIN SMALL LETTER X)`."""
    return ", ".join(
        f"'{character}' (U+{ord(character):04X} {unicodedata.name(character, 'without a name')})"
        for character in dict.fromkeys(characters)
    )


def _is_invisible(character: str) -> bool:
    if character.isascii():
        return not character.isprintable()
    return (
        unicodedata.category(character) in _CATEGORIES
        or character in _BLANKS
        or any(ord(character) in selectors for selectors in _SELECTORS)
    )
