"""A file that many threads write to, on the disk for all of them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import structlog

from shared.durable import sync_folder

_log = structlog.get_logger()


class Disk:
    """Brings what was written to a file to the disk; one round for all threads that wait for it."""

    def __init__(self, path: Path) -> None:
        """For this file, which is there and is not replaced. Raises OSError."""
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        sync_folder(path.parent)
        self._turn = threading.Lock()
        self._begun = 0
        self._failed = False

    def bring(self) -> None:
        """Return when everything that was written before this call is on disk.

        A disk that refuses is said in the log: the file still survives the process.
        """
        begun = self._begun
        with self._turn:
            if self._begun > begun:
                return  # a round that began after this call has ended
            self._begun += 1
            try:
                os.fdatasync(self._descriptor)
            except OSError as error:
                if not self._failed:
                    _log.error("not_brought_to_disk", error=str(error))
                self._failed = True
            else:
                self._failed = False

    def close(self) -> None:
        """Let go of the file. May be repeated."""
        with self._turn:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1
