"""Imports without the collector of garbage."""

from __future__ import annotations

import gc

import pytest

from shared.many_imports import many_imports


def test_the_collector_runs_again_whatever_happened() -> None:
    """Also when an import failed; what is there by then is never looked through again."""
    try:
        with pytest.raises(ModuleNotFoundError), many_imports():
            __import__("no_such_module")
        assert gc.isenabled()
        with many_imports():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
