"""What of clients/ is made from the OpenAPI document is up to date."""

from __future__ import annotations

import shutil

import pytest

from tests.clients.npm import installed
from tools.clients import made


def test_the_clients_are_current() -> None:
    """Run `make clients` when this fails, and commit what it wrote."""
    assert [path.name for path in made.stale()] == []


@pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed")
def test_the_types_of_typescript_are_those_of_their_generator() -> None:
    """And not edited by hand: what says that they are current is their first line alone."""
    installed(made.TYPESCRIPT)
    assert made.types_now() == made.TYPES.read_text("utf-8")
