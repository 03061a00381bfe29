"""Files as the disk has them, in memory for a call of the library.

The same file often goes out many times. To open and map it costs a thread eight system calls, and at each of them it
gives the interpreter away and waits for it again. So small ones stay mapped for a while: the pages are the disk's own.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import threading
from pathlib import Path
from typing import Any, NamedTuple

from cachetools import LRUCache

_SMALL = 1 << 20
_KEPT = 8 << 20
"""Bytes of small ones in all."""
_LEAST = 64 << 10
"""What the smallest counts as: a process may have so many maps."""


class _Same(NamedTuple):
    """A file that was not changed: who writes one anew makes another."""

    device: int
    inode: int
    changed: int
    size: int


class MappedFiles:
    """Of one process. Used on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: LRUCache[_Same, Any] = LRUCache(_KEPT, getsizeof=lambda view: max(len(view), _LEAST))

    def of(self, file: Path) -> Any:  # noqa: ANN401 - an array of ctypes
        """All of a file, `mapped` now or a while ago; a small one stays so for a while. Raises OSError."""
        same = _same(file.stat())
        with self._lock:
            view = self._kept.get(same)
        if view is None:
            view = mapped(file)
            if len(view) <= _SMALL:
                with self._lock:
                    self._kept[same] = view
        return view


def mapped(file: Path) -> Any:  # noqa: ANN401 - an array of ctypes
    """All of a file that is not empty, as an array of characters. Raises OSError. Called on any thread."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        whole = mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY)
    finally:
        os.close(descriptor)
    return (ctypes.c_char * len(whole)).from_buffer(whole)  # which keeps the map as long as it is there


def _same(found: os.stat_result) -> _Same:
    return _Same(found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)
