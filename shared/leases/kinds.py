"""Leases of several kinds of processes in one table: shards have plain names, others one with their kind in front."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.leases.model import Lease

DELIVERERS = "deliverer"
"""The kind of the processes that deliver events."""
_MARK = "#"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of them, as names in a table tell it."""

    kind: str
    """Empty: shards."""

    @property
    def _prefix(self) -> str:
        return f"{self.kind}{_MARK}" if self.kind else ""

    def named(self, name: str) -> str:
        """The name in the table of an owner, or a host, of this kind."""
        return self._prefix + name

    def own(self, lease: Lease) -> Lease:
        """A lease of the table as its kind knows it."""
        return replace(lease, owner=lease.owner.removeprefix(self._prefix), host=lease.host.removeprefix(self._prefix))

    def of(self, leases: Iterable[Lease]) -> list[Lease]:
        """Those of the table that are of this kind."""
        return [self.own(lease) for lease in leases if lease.owner.rpartition(_MARK)[0] == self.kind]
