"""Packages that are installed, and for which we have no use."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec

import pytest

from shared.hidden import empty, hidden

UNLOADED = "this"
"""A module that nothing imports: it prints a poem."""


def test_a_hidden_package_is_not_installed() -> None:
    """Only within the context; one that is loaded already stays."""
    assert UNLOADED not in sys.modules
    with hidden(UNLOADED, "json"):
        with pytest.raises(ImportError):
            importlib.import_module(UNLOADED)
        importlib.import_module("json")
    assert UNLOADED not in sys.modules
    assert find_spec(UNLOADED) is not None


def test_an_empty_package_is_whole_for_who_imports_it_later() -> None:
    """Only within the context is there nothing in it."""
    with empty(UNLOADED, "json"):
        assert not hasattr(importlib.import_module(UNLOADED), "__file__")
        assert hasattr(importlib.import_module("json"), "loads")
    assert UNLOADED not in sys.modules
    assert find_spec(UNLOADED) is not None
