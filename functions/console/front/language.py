"""In which language a page is: as chosen, else as the browser asks for."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Final

from functions.console.front.cookie import cookies_of
from functions.http.requests import Connection, header

LOCALE: Final = Path(__file__).parents[1] / "locale"
DOMAIN: Final = "console"
LANGUAGES: Final = {"en": "English", "id": "Bahasa Indonesia"}
"""As each calls itself."""
COOKIE: Final = "wagate_language"


def language_of(connection: Connection) -> str:
    """`en` or `id`."""
    chosen = cookies_of(connection).get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    asked = (
        part.partition(";")[0].strip().lower() for part in (header(connection, "Accept-Language") or "").split(",")
    )
    found = (part.partition("-")[0] for part in asked)
    return next(({"in": "id"}.get(name, name) for name in found if name in {*LANGUAGES, "in"}), "en")


@cache
def words(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; English is what stands in the code."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, [language])
