"""The session host's part of the data folder: who it is, who may use it, which slots it has."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from shared.ids import new_host_id

DAMAGED = "damaged"
"""Part of the name of a journal that was set aside: `0.db.damaged-20261129T200000`."""


class FolderInUse(Exception):  # noqa: N818 - it says what is
    """Another process works on this folder."""


class FolderUnusable(Exception):  # noqa: N818 - it says what is
    """The folder cannot be written."""


@contextmanager
def locked(path: Path, what: str) -> Generator[None]:
    """Hold a lock file; the kernel frees it when the process ends, however it ends.

    Raises:
        FolderInUse: another process holds it; says which and what to do.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(fd, 32).decode(errors="replace").strip() or "unknown"
            raise FolderInUse(
                f"{what} runs already on the folder {path.parent.resolve()} (process {holder}). "
                "Stop it, or give this one another folder with WAGATE_DATA_DIR."
            ) from error
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(fd)


class DataFolder:
    """Paths below the data folder that belong to the session host."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def path(self) -> Path:
        """Of the folder, from the root of this machine."""
        return self._root.resolve()

    def prepare(self) -> None:
        """Make the folder, for this user only. Raises FolderUnusable."""
        try:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.journals.mkdir(exist_ok=True, mode=0o700)
            self.auth.mkdir(exist_ok=True, mode=0o700)
            for folder in (self._root, self.journals, self.auth):
                with tempfile.TemporaryFile(dir=folder):
                    pass
        except OSError as error:
            raise FolderUnusable(
                f"The data folder {self._root.resolve()} cannot be written: {error.strerror or error}. Give it to "
                "the user who runs this, or choose another with WAGATE_DATA_DIR."
            ) from error

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor while it runs."""
        return self._root / "session-host.lock"

    @property
    def health(self) -> Path:
        """Marked while the host works (`session_host.health`)."""
        return self._root / "works"

    @property
    def journals(self) -> Path:
        """One journal for each slot."""
        return self._root / "journal"

    @property
    def auth(self) -> Path:
        """One folder for each session, by its uid: what logs it in."""
        return self._root / "auth"

    @property
    def auth_key(self) -> Path:
        """The key of the snapshots of auth folders, where no setting gives one."""
        return self._root / "auth.key"

    def journal(self, slot: int) -> Path:
        """The journal of a slot."""
        return self.journals / f"{slot}.db"

    def history(self, slot: int) -> Path:
        """What was said before the sessions of a slot were linked, until it is stored."""
        return self._root / "history" / str(slot)

    def at_work(self, slot: int) -> Path:
        """Files that a slot's shard makes ready to be sent; nothing of it is needed after its end."""
        return self._root / "at-work" / str(slot)

    def slot_lock(self, slot: int) -> Path:
        """Held by the slot's shard while it runs."""
        return self.journals / f"{slot}.lock"

    def slot_wanted(self, slot: int) -> Path:
        """Touched by the slot's shard while it waits for whoever adopted its journal."""
        return self.journals / f"{slot}.wanted"

    def is_of(self, host: str) -> bool:
        """Whether this is the folder of that host: the same path on another machine may be another disk."""
        try:
            return (self._root / "host-id").read_text().strip() == host
        except FileNotFoundError:
            return False

    def host_id(self) -> str:
        """This host's id: made once, the same after every restart, since rows name their owner by it."""
        path = self._root / "host-id"
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            written = path.with_suffix(".new")
            written.write_text(new_host_id())
            written.replace(path)
            return path.read_text().strip()

    def slots(self) -> set[int]:
        """Those that have a journal, and may hold sessions; the first one in any case."""
        return {0} | {int(path.stem) for path in self.journals.glob("*.db") if path.stem.isdigit()}
