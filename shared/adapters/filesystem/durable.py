"""Files that survive a power cut, and a lock that processes share."""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_LOCKED_FOR = 5.0
"""Seconds another process may hold the lock; it is held for one rename."""
_PAUSE = 0.001


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, for their owner only, where missing."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def write_durably(folder: Path, body: bytes) -> Path:
    """A new file of that folder, on disk when this returns."""
    path = folder / secrets.token_hex(16)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return path


def replace_durably(new: Path, path: Path) -> None:
    """Put a file in another's place at once; on disk when this returns."""
    new.replace(path)
    _sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file; it does not come back after a power cut. Raises FileNotFoundError."""
    path.unlink()
    _sync_folder(path.parent)


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


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
