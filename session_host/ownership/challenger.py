"""Finds shards that died: their lease has not changed for longer than any living shard's could."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from session_host.ownership.lease_clock import elapsed
from shared.leases.model import Lease

DEAD_AFTER = 10.0
"""Seconds, on this process's own clock, for which a lease that is not renewed is believed."""
_SUSPECT_AFTER = 3.5


@dataclass(frozen=True, slots=True)
class _Seen:
    version: int
    since: float


class Challenger:
    """Compares leases with what they were; remembers nothing that would survive this process."""

    def __init__(self, owner: str, clock: Callable[[], float] = elapsed) -> None:
        """`owner` is this shard, which never challenges itself; `clock` counts seconds."""
        self._owner = owner
        self._clock = clock
        self._seen: dict[str, _Seen] = {}

    def see(self, leases: Sequence[Lease]) -> list[Lease]:
        """Look at all leases as they are now; those of shards that are dead and not declared so yet."""
        now = self._clock()
        seen, self._seen = self._seen, {}
        expired: list[Lease] = []
        for lease in leases:
            if lease.dead or lease.owner == self._owner:
                continue
            before = seen.get(lease.owner)
            same = before is not None and before.version == lease.version
            self._seen[lease.owner] = before if same and before else _Seen(lease.version, now)
            if now - self._seen[lease.owner].since >= DEAD_AFTER:
                expired.append(lease)
        return expired

    def is_late(self, owner: str) -> bool:
        """Whether a shard should have renewed its lease by now: it may be dead."""
        seen = self._seen.get(owner)
        return seen is not None and self._clock() - seen.since > _SUSPECT_AFTER

    @property
    def suspects(self) -> bool:
        """Whether a shard is late with its renewal: then it is worth looking more often."""
        return any(self.is_late(owner) for owner in self._seen)
