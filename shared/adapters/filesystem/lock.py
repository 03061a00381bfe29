"""A lock that processes share: a file of their folder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_LOCKED_FOR = 5.0
"""Seconds another process may hold the lock; it is held for one rename."""
_PAUSE = 0.001


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the lock file; the kernel lets go of it when a process dies. Raises TimeoutError."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + _LOCKED_FOR
        while not _try_lock(lock):
            if time.monotonic() > deadline:
                raise TimeoutError(f"another process holds the lock for {_LOCKED_FOR:g} s")
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(lock)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
