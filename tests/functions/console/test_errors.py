"""Errors on a page: in the language of the page, with the API's own words beside them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import functions.console
from functions.console.front.errors import by_code
from functions.console.front.language import LANGUAGES
from shared import errors
from shared.errors import CATALOGUE
from tests.functions.console.conftest import Browser

CONSOLE = Path(functions.console.__file__).parent


def raised_by_pages() -> set[str]:
    """The codes of the errors that modules of the console name."""
    names = {
        alias.name
        for file in CONSOLE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "shared.errors"
        for alias in node.names
    }
    codes = {getattr(getattr(errors, name), "code", None) for name in names}
    return {code for code in codes if code in CATALOGUE}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_errors_of_pages_are_said_in_every_language(language: str) -> None:
    """Those that pages themselves raise; and no words are there for a code that is gone."""
    said = by_code(language)
    assert set(said) - set(CATALOGUE) == set()
    assert raised_by_pages() - set(said) == set()
    assert len(raised_by_pages()) > 10
    assert all(text.strip() == text and text.endswith((".", "')")) for text in said.values())


async def test_a_page_says_an_error_in_its_language(browser: Browser) -> None:
    """And what the API says of it, for who reports it."""
    await browser.log_in()
    page = (await browser.get("/console/sessions/none", **{"Accept-Language": "id"})).text
    assert "Kunci ini tidak punya sesi dengan nama itu." in page
    assert "SESSION_NOT_FOUND" in page
    assert "This key has no session" in page
    assert "Kunci ini" not in (await browser.get("/console/sessions/none", **{"Accept-Language": "en"})).text
