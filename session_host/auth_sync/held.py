"""What the keeper knows of a session whose auth folder is this process's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from session_host.auth_sync.auth_folder import AuthFolder, Fingerprint
from session_host.auth_sync.folder_lock import FolderLock
from session_host.auth_sync.manifests import Written
from session_host.auth_sync.owner_file import FolderOwner

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


@dataclass(slots=True, kw_only=True)
class Held:
    """One held folder. Times are seconds on the monotonic clock."""

    uid: str
    epoch: int
    folder: AuthFolder
    lock: FolderLock
    written: Written
    owner: FolderOwner
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a snapshot is taken."""
    watching: bool = False
    urgent: bool = False
    changed_at: float | None = None
    """When the oldest change that is in no snapshot was seen."""
    objects: list[str] | None = None
    """Keys of its snapshots, oldest first; None when not known."""
    _seen: Fingerprint | None = None
    _not_before: float = 0.0
    _failures: int = 0

    def look(self, now: float, fingerprint: Fingerprint) -> None:
        """Note whether the database has changed since the last snapshot."""
        if self.changed_at is None and fingerprint != self._seen:
            self.changed_at = now

    def due(self, now: float) -> bool:
        """Whether a snapshot is to be taken now."""
        if not self.watching or self.changed_at is None or self.turn.locked():
            return False
        return (self.urgent and not self._failures) or now >= self._not_before

    def wait(self, until: float) -> None:
        """Take no snapshot before this moment unless one is urgent."""
        self._not_before = until

    def took(self, now: float, fingerprint: Fingerprint | None, wait: float) -> None:
        """A snapshot was taken after the fingerprint was; the next is due after `wait` seconds at the earliest."""
        self._seen = fingerprint
        self.changed_at, self._failures, self._not_before = None, 0, now + wait

    def failed(self, now: float) -> None:
        """No snapshot could be taken: wait, twice as long each time."""
        self._not_before = now + min(_FIRST_WAIT * 2**self._failures, _LONGEST_WAIT)
        self._failures += 1
