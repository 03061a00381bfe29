"""Hides installed packages from others that load them when they are there, and for which nothing here has a use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def hidden(*packages: str) -> Generator[None]:
    """Let what is imported in this context believe that these packages are not installed.

    One that is loaded already stays. Afterwards each can be imported as ever.
    """
    absent = [package for package in packages if package not in sys.modules]
    for package in absent:
        sys.modules[package] = None  # pyright: ignore[reportArgumentType] - so it is said: docs.python.org, sys.modules
    try:
        yield
    finally:
        for package in absent:
            del sys.modules[package]


@contextmanager
def empty(*packages: str) -> Generator[None]:
    """The same for what others import whether or not they use it: while it lasts every name in it is None."""
    with instead(*packages, module=_Empty):
        yield


@contextmanager
def instead(*packages: str, module: Callable[[str], ModuleType]) -> Generator[None]:
    """The same with modules that have what those who import them need of them; `module` makes one from its name."""
    absent = {package: module(package) for package in packages if package not in sys.modules}
    sys.modules.update(absent)
    try:
        yield
    finally:
        for package in absent:
            del sys.modules[package]


class _Empty(ModuleType):
    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)
