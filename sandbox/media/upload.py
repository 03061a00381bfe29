"""An upload while its bytes come in."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sandbox.media.media_file import token_of


class TooLargeError(Exception):
    """More bytes came than one file may have."""


class Upload:
    """Writes an upload to `path` and hashes it on the way, so that no upload is ever whole in memory."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path = path
        self.size = 0
        self._max_bytes = max_bytes
        self._hash = hashlib.sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("xb")

    @property
    def token(self) -> str:
        """The name of what was written so far."""
        return token_of(self._hash.digest())

    def write(self, data: bytes) -> None:
        """Append what came.

        Raises:
            TooLargeError: It is more than one file may have.
        """
        self.size += len(data)
        if self.size > self._max_bytes:
            raise TooLargeError
        self._hash.update(data)
        self._file.write(data)

    def close(self) -> None:
        """Write out what is buffered; `path` is complete then."""
        self._file.close()

    def discard(self) -> None:
        """Remove the file, if nobody has taken it."""
        self._file.close()
        self.path.unlink(missing_ok=True)
