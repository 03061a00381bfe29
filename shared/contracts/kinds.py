"""Kinds of one thing, a class each: whoever adds a module to their package has added its kinds (docs/adr/0036)."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.discreet import Discreet

K = TypeVar("K", bound=Discreet)


def modules_of(package: str) -> list[ModuleType]:
    """Every module of a package, imported, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(import_module(package).__path__))
    return [import_module(f"{package}.{name}") for name in names]


def kinds_of(package: str, base: type[K], field: str) -> dict[str, type[K]]:
    """Every kind of `base` in the modules of a package, by the name that its `field` has.

    Raises:
        ValueError: two have the same name.
    """
    kinds: dict[str, type[K]] = {}
    for module in modules_of(package):
        for made in vars(module).values():
            if not (isinstance(made, type) and issubclass(made, base) and made.__module__ == module.__name__):
                continue
            name: str | None = made.model_fields[field].default
            if name is not None and kinds.setdefault(name, made) is not made:
                raise ValueError(f"{made.__name__} and {kinds[name].__name__} are both called {name!r}")
    return kinds


@dataclass(frozen=True, slots=True)
class OneOf:
    """Annotates a base: what is read is the kind whose name is in `field`, and nothing else."""

    field: str
    kinds: Mapping[str, type[Discreet]]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - pydantic's
        choices = {name: handler.generate_schema(kind) for name, kind in self.kinds.items()}
        return core_schema.tagged_union_schema(choices, self.field)
