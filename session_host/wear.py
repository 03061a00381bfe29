"""When a shard is better replaced: what its process has gathered that nothing but its end gives back."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from session_host.whatsapp.leftovers import Leftovers

_OWN = Path("/proc/self")
_MOST_OF_ALL_FILES = 0.8
_MOST_UPLOADS = 4
"""Of the sixteen that a process can have under way."""
EACH_SESSION = 4 << 20
"""Bytes a held session may take before they count as the process's: one takes about 0.9 MB."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From when on a shard is worn."""

    leftovers: int
    """Threads and connections of the WhatsApp library that outlived their clients."""
    memory: int
    """Bytes, besides `EACH_SESSION`; 0: any."""
    min_age: float
    """Seconds before which it is not, so that a bound that is too low moves sessions now and then, and not always."""


class Wear:
    """How worn this process is."""

    def __init__(self, bounds: Bounds, leftovers: Leftovers) -> None:
        self._bounds = bounds
        self._leftovers = leftovers
        self._began = time.monotonic()

    def reason(self, held: int) -> str | None:
        """Why it should be replaced, in words for the log; None when it need not. `held`: sessions it holds."""
        if time.monotonic() - self._began < self._bounds.min_age:
            return None
        if self._leftovers.count > self._bounds.leftovers:
            return f"{self._leftovers.count} threads and files of the library are left over"
        if self._leftovers.uploads > _MOST_UPLOADS:
            return f"{self._leftovers.uploads} uploads hang in the library"
        files, most = open_files(), resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if most > 0 and files > most * _MOST_OF_ALL_FILES:
            return f"{files} of {most} files are open"
        memory = resident_memory()
        if self._bounds.memory and memory > self._bounds.memory + held * EACH_SESSION:
            return f"it has {memory >> 20} MiB of memory"
        return None


def resident_memory() -> int:
    """Bytes of memory this process has; 0 where there is no /proc."""
    try:
        return int((_OWN / "statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def open_files() -> int:
    """Descriptors this process has open; 0 where there is no /proc."""
    try:
        return len(os.listdir(_OWN / "fd"))  # noqa: PTH208 - names only
    except OSError:
        return 0
