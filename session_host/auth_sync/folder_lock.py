"""The lock of a session's auth folder: while a process holds it, no other one uses the folder."""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path

from shared.errors import StoreUnavailable

FREE_WITHIN = 10.0
"""Seconds a predecessor on this disk may take to die."""
_LOOK_EVERY = 0.05


class FolderLock:
    """A held lock; the kernel frees it when the process ends, however it ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    @classmethod
    async def take(cls, path: Path) -> FolderLock:
        """Hold the lock file, made when missing. Raises StoreUnavailable when another process keeps it."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            await _wait_for(descriptor, path, FREE_WITHIN)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor)

    def free(self, *, remove: bool = False) -> None:
        """Let go of it, and of the file too when the session is gone for good. May be repeated."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if remove:
            self._path.unlink(missing_ok=True)
        os.close(descriptor)


async def _wait_for(descriptor: int, path: Path, within: float) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not _try_lock(descriptor):
        if loop.time() > deadline:
            raise StoreUnavailable(
                "Another process still uses the session's folder: an earlier owner on this machine that has not ended "
                f"within {within:g} s.",
                retry_after=within,
                inside=path,
            )
        await asyncio.sleep(_LOOK_EVERY)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
