"""Gives the system back the memory that a program needed for a moment."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Have glibc give back every page that is free: of itself it keeps them. Takes some ms."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):  # other C libraries have no such thing
        library.malloc_trim(0)
