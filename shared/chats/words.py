"""The words of texts and of what is searched: the same for both, in every script, whatever their case and accents.

Where a script has no spaces, as Chinese and Thai, every character is a word, and what is searched is found as these
characters in a row.
"""

from __future__ import annotations

import re
import unicodedata

_NO_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Japanese, Chinese
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_INDIC_SIGNS = "\u0900-\u0903\u093a-\u094f\u0980-\u0dff"
"""Vowels and the like, which belong to the letter before."""
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\ufe00-\ufe0f]+")
"""Of Latin, Greek and Cyrillic, Hebrew, Arabic; and what nobody sees."""
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_WORD = re.compile(f"[{_NO_SPACES}{_EMOJI}]|(?:(?![{_NO_SPACES}{_EMOJI}])(?:[^\\W_]|[{_INDIC_SIGNS}]))+")
_LONGEST = 64
"""Characters of a word: of a longer one the first count."""
_MOST = 10_000
"""Words of a text."""
_MOST_ASKED = 16


def words_of(text: str) -> list[str]:
    """The words of a text, in order; each as everybody may write it."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return [word[:_LONGEST] for word in _WORD.findall(unicodedata.normalize("NFC", plain))[:_MOST]]


def asked_for(text: str) -> list[list[str]]:
    """What somebody searches: each part that stands between spaces, as the words that have to be there in a row."""
    parts = (words_of(part) for part in text.split())
    return [part for part in parts if part][:_MOST_ASKED]
