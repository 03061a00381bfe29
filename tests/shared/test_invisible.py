"""What people cannot see does not count as text."""

import pytest

from shared.invisible import is_blank, names_of, without_invisible


@pytest.mark.parametrize(
    "text",
    ["", " \t\n", "\u200b", "\u202a\u200e\u202c", "\u00ad\u2060\ufeff", "\u3164\u2800", "\ufe0f\u034f", "\x00\x1b"],
)
def test_nothing_to_see_is_blank(text: str) -> None:
    """Spaces, formatting and control characters, fillers, selectors, alone and together."""
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["a", ".", "\u200b\u4f60", "\U0001f468\u200d\U0001f469", "\u2764\ufe0f", "\u0300a", "\u0e01\u0e33"]
)
def test_anything_to_see_is_not(text: str) -> None:
    """Letters of every script and pictures, also where invisible characters join them."""
    assert not is_blank(text)


def test_only_what_is_invisible_goes() -> None:
    """Spaces stay: between words they are seen."""
    assert without_invisible("\u202a+62\u00a0812 3\u200b45\n\u202c") == "+62\u00a0812 345"


def test_characters_are_named_once() -> None:
    """In the order in which they come."""
    assert names_of("xyx") == "'x' (U+0078 LATIN SMALL LETTER X), 'y' (U+0079 LATIN SMALL LETTER Y)"
