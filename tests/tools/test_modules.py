"""Modules stay such as one can read: short, and with a first line that says what they are."""

import ast
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent.parent
_HOUSES = ("cli", "functions", "sandbox", "session_host", "shared")
_LONGEST = 300
_MODULES = {
    str(path.relative_to(_ROOT)): path.read_text() for house in _HOUSES for path in (_ROOT / house).rglob("*.py")
}


@pytest.mark.parametrize("module", [name for name, source in _MODULES.items() if source.strip()])
def test_every_module_says_what_it_is(module: str) -> None:
    """Its docstring begins with a line of its own."""
    docstring = ast.get_docstring(ast.parse(_MODULES[module])) or ""
    first = docstring.partition("\n")[0]
    assert first.endswith((".", ":", "?")), f"{module}: {first!r}"


def test_no_module_is_longer_than_a_reader_keeps_in_mind() -> None:
    """Whoever makes one longer makes two of it, by what they do."""
    assert not [name for name, source in _MODULES.items() if len(source.splitlines()) > _LONGEST]
