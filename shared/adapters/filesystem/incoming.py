"""A file that is being written: under another name until it is whole and on the disk."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from io import BufferedWriter
from pathlib import Path
from typing import Final

from shared.durable import make_folder, replace_durably
from shared.errors import MediaTooLarge, StorageFull
from shared.media.model import Written

LEAST_ROOM: Final = 256 * 1024 * 1024
"""Bytes of the disk that files leave free: rows and pairings need it more."""


class Incoming:
    """Its steps run on threads, one at a time; whoever gives a step up discards, which waits for that step's end."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._path = folder / secrets.token_hex(16)
        self._limit = limit
        self._lock = threading.Lock()
        self._file: BufferedWriter | None = None
        self._ended = False
        self._size = 0
        self._hash = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """Write what comes next. Raises MediaTooLarge, OSError."""
        with self._lock:
            if self._ended:
                return
            if self._file is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                self._file = os.fdopen(os.open(self._path, flags, 0o600), "wb")
            if free_bytes(self._path.parent) < LEAST_ROOM:
                raise StorageFull(inside=self._path)
            self._size += len(piece)
            if self._size > self._limit:
                raise MediaTooLarge(f"The file is larger than {self._limit} bytes.", limit=self._limit)
            self._file.write(piece)
            self._hash.update(piece)

    def finish(self, path: Path) -> Written:
        """Put it where it belongs, on the disk when this returns. Raises OSError."""
        self.add(b"")
        with self._lock:
            if self._file is not None and not self._ended:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                make_folder(path.parent)
                replace_durably(self._path, path)
                self._ended = True
            return Written(self._size, self._hash.hexdigest())

    def discard(self) -> None:
        """Leave nothing of it, unless it was finished. May be repeated."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            if self._file is not None:
                try:
                    self._file.close()  # writes what is left, which a full disk refuses
                except OSError:
                    pass
                finally:
                    self._path.unlink(missing_ok=True)


def free_bytes(folder: Path) -> int:
    """What is free for us on the disk of a folder. Raises OSError."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
