"""An error about what came from outside never repeats it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import cli
import functions
import session_host
import shared

MARKER = "the-text-that-somebody-sent"
PACKAGES = (functions, session_host, shared, cli)
SKIPPED = ("functions.lambda_handler",)
"""Importing it starts everything."""


def modules() -> Iterator[ModuleType]:
    """Every module of the gateway."""
    for package in PACKAGES:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__") and found.name not in SKIPPED:
                yield importlib.import_module(found.name)


def models() -> set[type[BaseModel]]:
    """Every model and every class of settings."""
    names = tuple(f"{package.__name__}." for package in PACKAGES)
    return {
        value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__.startswith(names)
    }


def adapters() -> dict[str, TypeAdapter[object]]:
    """Every validator of something else than one model."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, TypeAdapter)
    }


def test_no_model_quotes_what_it_refuses() -> None:
    """Each of them is given what it does not take."""
    found = models()
    assert len(found) > 40
    for model in found:
        with pytest.raises(ValidationError) as refused:
            model.model_validate(MARKER)
        assert MARKER not in str(refused.value), f"{model}: derive it from shared.discreet.Discreet"


def test_no_adapter_quotes_what_it_refuses() -> None:
    """Its own configuration decides, not that of the models in it."""
    found = adapters()
    assert found
    for name, adapter in found.items():
        with pytest.raises(ValidationError) as refused:
            adapter.validate_python(MARKER)
        assert MARKER not in str(refused.value), f"{name}: make it with shared.discreet.discreet_adapter"
