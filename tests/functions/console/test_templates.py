"""What a template may not do, whatever a stranger writes into what it shows: looked for in every one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from functions.console.front import templates

FOLDER = Path(templates.__file__).parents[1] / "templates"
EVERY = sorted(FOLDER.glob("*.html"))
_AS_IT_IS = {"safe", "markup", "Markup"}
_OURS = {"_icons.html": ["shapes[name]"]}
"""Where something is put into a page as it is: drawings of ours."""
_STATEMENT, _VALUE, _QUOTED = (
    re.compile(r"\{[%#].*?[%#]\}"),
    re.compile(r"\{\{.*?\}\}"),
    re.compile(r"\"[^\"]*\"|'[^']*'"),
)
_ADDRESS = re.compile(r'\b(?:href|src|action|hx-get|hx-post)="\{\{\s*([^}]*?)\s*\}\}"')
_CHECKED = {
    "_places.html": {"place.address"},
    "_said.html": {"file"},
    "_scan.html": {"link.back"},
    "again.html": {"address"},
    "base.html": {"address"},
    "chats.html": {"place"},
    "link.html": {"place"},
}
"""Whole addresses that come from the code, or were looked at where they came in (`links.checked_address`)."""


def parsed(path: Path) -> nodes.Template:
    """As Jinja reads it."""
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text())


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_nothing_is_put_into_a_page_as_it_is(path: Path) -> None:
    """Everything is escaped but drawings of ours, and no template turns that off."""
    tree, source = parsed(path), path.read_text()
    found = [each for each in tree.find_all(nodes.Filter) if each.name in _AS_IT_IS]
    allowed = _OURS.get(path.name, [])
    assert len(found) == len(allowed)
    assert all(words in source for words in allowed)
    assert not list(tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)))


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_every_value_of_an_attribute_stands_in_quotes(path: Path) -> None:
    """What is escaped ends no attribute in quotes; one without them ends with the first blank."""
    plain = _VALUE.sub("{{}}", _STATEMENT.sub("", path.read_text()))
    assert "={{}}" not in _QUOTED.sub('""', plain)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_no_stranger_says_where_a_link_leads(path: Path) -> None:
    """An address that is a variable as a whole could be `javascript:`: each is known."""
    whole = {
        each for each in _ADDRESS.findall(path.read_text()) if not each.startswith(("asset(", "docs(", '"/', "'/"))
    }
    assert whole - _from_code(path) <= _CHECKED.get(path.name, set())


def test_no_part_takes_a_name_of_the_frame_for_its_own() -> None:
    """What `base.html` and `alone.html` define is seen by every part of a page, in the place of what it was given."""
    names: set[str] = set()
    for frame in ("base.html", "alone.html"):
        tree = parsed(FOLDER / frame)
        names |= {macro.name for macro in tree.find_all(nodes.Macro)}
        names |= {each.target.name for each in tree.find_all(nodes.Assign) if isinstance(each.target, nodes.Name)}
    assert names
    for path in EVERY:
        if path.name not in {"base.html", "alone.html"}:
            used = {each.name for each in parsed(path).find_all(nodes.Name)}
            assert used & names == set(), path.name


def _from_code(path: Path) -> set[str]:
    """Variables that the template itself makes, beginning with an address of ours."""
    return set(_made(path.read_text()))


def _made(source: str) -> Iterator[str]:
    for name, value in re.findall(r"\{%\s*set (\w+) = ([^%]*?)\s*%\}", source):
        if value.startswith(('"/console/', "home ~")):
            yield name
    yield "shown.address(shown.page - 1)"
    yield "shown.address(shown.page + 1)"
