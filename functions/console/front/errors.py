"""What is said of an error in the language of the page: the API's own words, or those for its code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from functions.console.front.language import LOCALE
from shared.errors import WagateError


def said_of(error: WagateError, language: str) -> str:
    """The words; the API's, which are English, where there are no others."""
    return by_code(language).get(error.code, error.message)


@cache
def by_code(language: str) -> Mapping[str, str]:
    """Those of a language."""
    file = LOCALE / language / "errors.toml"
    return tomllib.loads(file.read_text()) if file.exists() else {}
