"""Pages from their templates, in a language: everything that is put into one is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from functions.console.front.assets import address_of
from functions.console.front.errors import by_code, said_of
from functions.console.front.language import LANGUAGES, words
from functions.console.words import times
from functions.console.words.status import MESSAGE_STATES
from functions.reference.files import has_site
from shared.ids import now_ms

_FOLDER: Final = Path(__file__).parents[1] / "templates"


@cache
def _environment(language: str) -> Environment:
    made: Any = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    catalogue = words(language)
    made.install_gettext_callables(catalogue.gettext, catalogue.ngettext, newstyle=True)
    made.filters["moment"] = partial(times.moment, words=catalogue)
    made.filters["number"] = times.phone_number
    made.filters["grouped"] = partial(times.grouped, language=language)
    made.filters["said"] = partial(said_of, language=language)
    made.filters["failure"] = partial(_failure, language=language)
    made.globals.update(asset=address_of, language=language, languages=LANGUAGES, states=MESSAGE_STATES, now=now_ms)
    made.globals["docs"] = _docs
    return cast("Environment", made)


def _docs(page: str = "") -> str:
    """Where a page of the documentation is; empty where it was not built into the gateway."""
    return f"/docs/{page}" if has_site() else ""


def _failure(code: str, otherwise: str, language: str) -> str:
    return by_code(language).get(code, otherwise)


def rendered(template: str, language: str, told: Mapping[str, Any]) -> str:
    """The page, or the part of one, that a template makes of what it is told."""
    return _environment(language).get_template(template).render(told)
