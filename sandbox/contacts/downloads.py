"""The files that came to a contact, decrypted: one each message, the oldest go when they are too many bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 512 << 20
"""All files of one contact together, in bytes. What had to go can be downloaded again."""


class Downloads:
    """The files in `folder`, each named by the position of its message in the mailbox and its SHA-256."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def find(self, position: int) -> Path | None:
        """Return where the file of the message at `position` is, or None."""
        return next(self._folder.glob(f"{position}-*"), None)

    def keep(self, position: int, content: bytes) -> Path:
        """Write the file of a message; return where it is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._make_room(len(content))
        path = self._folder / f"{position}-{hashlib.sha256(content).hexdigest()}"
        draft = self._folder / f".draft-{position}-{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(path)
        return path

    def _make_room(self, size: int) -> None:
        files = sorted((path.stat().st_mtime, path) for path in self._folder.iterdir())
        total = size + sum(path.stat().st_size for _, path in files)
        for _, path in files:
            if total <= self._max_bytes:
                return
            total -= path.stat().st_size
            path.unlink()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 that is in the name of a file of `Downloads`, as hex."""
    return path.name.rpartition("-")[2]
