"""Which processes deliver at the moment, and which of them a key belongs to.

Each has a lease that it renews, as shards have. A key belongs to one of those that live, by their names alone
(rendezvous hashing): nobody has to agree on anything, and when one comes or goes only its own keys move. Two may think
for a moment that a key is theirs: the place of a subscription has an epoch, and the later one's counts.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from hashlib import blake2b

import structlog

from shared.errors import StoreUnavailable
from shared.leases.model import Lease
from shared.leases.ports import Leases

_log = structlog.get_logger(__name__)

RENEWED_EVERY = 2.0
_DEAD_AFTER = 10.0
"""Seconds without a new version, by this process's own clock."""
_OWN_FOR = 8.0
"""Seconds without a renewal after which a process begins nothing more."""


class Workers:
    """Those that there are, as one of them sees it."""

    def __init__(
        self,
        leases: Leases,
        name: str,
        host: str,
        on_change: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`on_change`: others belong to them than before."""
        self._leases = leases
        self._name = name
        self._host = host
        self._on_change = on_change
        self._clock = clock
        self._lease: Lease | None = None
        self._renewed = 0.0
        self._seen: dict[str, tuple[int, float]] = {}
        """The newest version of each, and when it was first seen."""
        self._alive: frozenset[str] = frozenset({name})

    @property
    def alive(self) -> frozenset[str]:
        """Their names."""
        return self._alive

    @property
    def current(self) -> bool:
        """Whether the others know that this process lives."""
        return self._clock() - self._renewed <= _OWN_FOR

    def is_mine(self, key_id: str) -> bool:
        """Whether this process delivers what happens in a key's sessions."""
        return self.current and max(self._alive, key=lambda name: weight(name, key_id)) == self._name

    async def begin(self) -> None:
        """Be one of them. Raises StoreUnavailable."""
        began = self._clock()
        self._lease = await self._leases.begin(self._name, self._host, room=0)
        self._renewed = began
        await self._look()

    async def run(self) -> None:
        """Stay one of them, until cancelled."""
        while True:
            await asyncio.sleep(RENEWED_EVERY)
            was_current = self.current
            try:
                await self._renew()
                await self._look()
            except StoreUnavailable as error:
                _log.warning("worker_not_renewed", error=error.message)
            if self.current != was_current:
                self._on_change()

    async def end(self) -> None:
        """Be none any more: others need not wait until it is seen. Raises StoreUnavailable."""
        if self._lease is not None:
            await self._leases.remove(self._lease)

    async def _renew(self) -> None:
        began = self._clock()
        lease = self._lease and await self._leases.renew(self._lease, held=0, room=0)
        self._lease = lease or await self._leases.begin(self._name, self._host, room=0)
        self._renewed = began

    async def _look(self) -> None:
        now, rows = self._clock(), await self._leases.all()
        for row in rows:
            if self._seen.get(row.owner, (None, 0.0))[0] != row.version:
                self._seen[row.owner] = row.version, now
        there = {row.owner: row for row in rows}
        self._seen = {name: seen for name, seen in self._seen.items() if name in there}
        silent = {name for name, (_, since) in self._seen.items() if now - since > _DEAD_AFTER} - {self._name}
        for name in silent:
            await self._leases.remove(there[name])
        alive = frozenset({*there, self._name}) - silent
        if alive != self._alive:
            _log.info("workers_changed", alive=sorted(alive))
            self._alive = alive
            self._on_change()


def weight(name: str, key_id: str) -> bytes:
    """Of a process for a key: that of the most weight has it."""
    return blake2b(f"{name}\n{key_id}".encode(), digest_size=8).digest()
