"""A session's auth folder on this disk: made from a snapshot beside the old one, put in its place at once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from session_host.auth_sync.copier import check
from session_host.auth_sync.errors import Damaged
from session_host.auth_sync.owner_file import FolderOwner
from session_host.auth_sync.unsettled import SETTLED_AFTER, take_back_unsettled
from session_host.disk.session_files import DATABASE
from shared.durable import sync_folder, write_durably

Fingerprint = tuple[tuple[int, int], ...]
"""Times and sizes of the files that change with the database."""

_SIGNAL_TABLES = ("whatsmeow_sessions", "whatsmeow_sender_keys", "wagate_unencrypted", "wagate_moved_last")

_OWN_FILES = "/proc/self/fd"


class AuthFolder:
    """Paths and steps; every method blocks on the disk. A crash between two of them leaves one state or the other."""

    def __init__(self, root: Path, uid: str) -> None:
        """`root`: the folder of all sessions' folders."""
        self.path = root / uid
        self.lock = root / f"{uid}.lock"
        self._unfinished = root / f"{uid}.new"
        self._old = root / f"{uid}.old"
        self._database = str(self.database)
        self._rested: Fingerprint | None = None

    @property
    def database(self) -> Path:
        """The library's database."""
        return self.path / DATABASE

    def recover(self) -> None:
        """Put back what an exchange that was not finished left. Raises OSError."""
        if not self.path.exists() and self._old.exists():
            self._old.rename(self.path)
        self.tidy()

    def tidy(self) -> None:
        """Remove what is beside the folder."""
        for left in (self._unfinished, self._old):
            shutil.rmtree(left, ignore_errors=True)

    def prepare(self, files: Mapping[str, bytes], owner: FolderOwner | None, *, clear: bool) -> None:
        """Write a new folder beside the old one, on disk when this returns.

        Args:
            files: what is in it.
            owner: whose it is; None when nobody is said to have it.
            clear: whether to clear its Signal state.

        Raises:
            Damaged: its database does not verify.
            OSError: the disk.
        """
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._unfinished.mkdir(mode=0o700, parents=True)
        for name, content in files.items():
            write_durably(self._unfinished / name, content)
        if DATABASE in files:
            verify(self._unfinished / DATABASE)
            if clear:
                clear_signal_state(self._unfinished / DATABASE)
            else:
                take_back_unsettled(self._unfinished / DATABASE)
        if owner is not None:
            owner.write(self._unfinished)

    def exchange(self) -> None:
        """Put the prepared folder in the old one's place. Raises OSError."""
        if self.path.exists():
            self.path.rename(self._old)
        self._unfinished.rename(self.path)
        sync_folder(self.path.parent)
        self.tidy()

    def take_back_unsettled(self) -> int:
        """Take back Signal sessions that a process which died may have moved for nobody; how many (`unsettled`).

        Nothing is done while this process has the database open: then it has not died, and goes on with what it has.

        Raises:
            sqlite3.Error: it cannot be done.
            OSError: the disk.
        """
        if not self.database.exists() or _is_open_here(self.database):
            return 0
        return take_back_unsettled(self.database, rested_at=self.lock.stat().st_mtime)

    def look(self) -> Fingerprint:
        """As `fingerprint`; what has rested for some seconds is settled, and the lock's time says so (`unsettled`)."""
        found = self.fingerprint()
        changed_ns = max(changed for changed, _ in found)
        if found != self._rested and changed_ns + SETTLED_AFTER * 10**9 < time.time_ns():
            with suppress(FileNotFoundError):
                os.utime(self.lock)
            self._rested = found
        return found

    def fingerprint(self) -> Fingerprint:
        """What changes when the database does. Opens nothing: that would end the library's locks."""
        return _time_and_size(self._database), _time_and_size(f"{self._database}-wal")


def clear_signal_state(path: Path) -> None:
    """Delete the Signal sessions and sender keys of a database that nobody has open: fresh ones are negotiated.

    With older ones than the last, receivers drop messages unseen (`docs/neonize.md`, the auth database).

    Raises:
        sqlite3.Error: it cannot be done.
    """
    with closing(sqlite3.connect(path)) as database:
        tables = {str(row[0]) for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        for table in _SIGNAL_TABLES:
            if table in tables:
                database.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
        database.commit()


def verify(path: Path) -> None:
    """Raises Damaged when SQLite finds a fault in a database that nobody has open."""
    try:
        with closing(sqlite3.connect(path)) as database:
            check(database)
    except sqlite3.DatabaseError as error:
        raise Damaged(f"the database is damaged: {error}") from error


def _is_open_here(path: Path) -> bool:
    """Whether this process has a file open; closing it once more would end the locks that it has on it."""
    try:
        wanted = path.stat()
        for name in os.listdir(_OWN_FILES):  # noqa: PTH208 - names only
            with suppress(OSError):  # closed meanwhile
                found = os.stat(f"{_OWN_FILES}/{name}")  # noqa: PTH116 - hundreds of them
                if (found.st_ino, found.st_dev) == (wanted.st_ino, wanted.st_dev):
                    return True
    except FileNotFoundError:  # no /proc
        return False
    return False


def _time_and_size(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - of every session, again and again: half the time of a Path's
    except FileNotFoundError:
        return 0, 0
    return (found.st_mtime_ns, found.st_size) if found.st_size else (0, 0)  # a reader makes an empty -wal
