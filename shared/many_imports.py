"""Imports of a whole program: the collector of garbage would look through all of it again and again, for nothing."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def many_imports() -> Generator[None]:
    """Collect nothing while the block imports, and never look again through what it left: a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
