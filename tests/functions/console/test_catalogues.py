"""Every text of the console is in every language, and what the gateway reads is made of what people wrote."""

from __future__ import annotations

import re

import pytest

from tools import catalogues

LANGUAGES = [folder.name for folder in catalogues.LOCALE.iterdir() if folder.is_dir()]
_PLACES = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_compiled(language: str) -> None:
    """`python -m tools.catalogues` would change nothing, and no text is without words."""
    found = catalogues.catalogue(language)
    folder = catalogues.LOCALE / language / "LC_MESSAGES"
    assert catalogues.lacking(found) == []
    assert (folder / "console.po").read_bytes() == catalogues.po(found), "call python -m tools.catalogues"
    assert (folder / "console.mo").read_bytes() == catalogues.mo(found), "call python -m tools.catalogues"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_text_fills_in(language: str) -> None:
    """A name that is misspelt would break the page, in that language only."""
    for message in catalogues.catalogue(language):
        texts = [message.id] if isinstance(message.id, str) else message.id
        words = [message.string] if isinstance(message.string, str) else message.string
        if message.id and words:
            wanted = set(_PLACES.findall(texts[0]))
            assert all(set(_PLACES.findall(each)) == wanted for each in words), texts[0]


def test_texts_of_code_and_of_templates_are_found() -> None:
    """What is only marked in the code is there, too."""
    texts = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogues.texts()}
    assert {"Log in", "Waits for a phone", "%(count)d minute ago", "The session is started.", "Need you"} <= texts
