"""What shards left that died: sessions by their rows, and events in their journals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

import structlog

from session_host.ownership.adopting import Adopting, Journal, OpenJournal
from session_host.ownership.lease_clock import elapsed
from shared.ids import now_ms
from shared.leases.model import Lease
from shared.leases.ports import Leases
from shared.sessions.model import Session
from shared.sessions.ports import Sessions

_log = structlog.get_logger()

_BEFORE_ITS_SESSIONS = 1.0
"""Seconds that its sessions wait for its journal, so that what their next shard publishes comes behind it."""
_LEFT_EVERY = 10.0
"""Seconds between two looks for a journal that is out of reach: its disk may be here one day."""
_LEFT_FOR_MS = 30 * 24 * 3600 * 1000


@asynccontextmanager
async def legacies_of_others(leases: Leases, sessions: Sessions, open_journal: OpenJournal) -> AsyncGenerator[Legacies]:
    """What other shards leave; journals that are being emptied at the end are left to whoever comes next."""
    adopting = Adopting(open_journal)
    try:
        yield Legacies(leases, sessions, adopting)
    finally:
        await adopting.close()


class Legacies:
    """For one shard that looks after others."""

    def __init__(
        self, leases: Leases, sessions: Sessions, adopting: Adopting, clock: Callable[[], float] = elapsed
    ) -> None:
        """`clock` counts seconds."""
        self._leases = leases
        self._sessions = sessions
        self._adopting = adopting
        self._clock = clock
        self._looked: dict[str, float] = {}
        self.left: list[Lease] = []
        """Leases of shards that are gone, and in whose journals events may be that nobody reaches."""

    async def look(self, leases: Sequence[Lease]) -> list[Session]:
        """The sessions that dead shards still hold, for others to take. Raises StoreUnavailable."""
        dead = [lease for lease in leases if lease.dead]
        self.left = [lease for lease in dead if lease.left_at]
        due = [lease for lease in dead if not lease.left_at or self._is_due(lease)]
        self._looked = {lease.owner: at for lease in self.left if (at := self._looked.get(lease.owner)) is not None}
        return [row for rows in await asyncio.gather(*map(self._of, due)) for row in rows]

    def _is_due(self, lease: Lease) -> bool:
        now = self._clock()
        if now - self._looked.get(lease.owner, now - _LEFT_EVERY) < _LEFT_EVERY:
            return False
        self._looked[lease.owner] = now
        return True

    async def _of(self, dead: Lease) -> list[Session]:
        """What it still holds by the rows; its lease is removed when that is nothing, and nothing waits either."""
        rows = await self._sessions.owned_by(dead.owner)
        journal = await self._adopting.look(dead, _BEFORE_ITS_SESSIONS if rows else 0.0)
        if rows:
            return rows
        if journal is Journal.EMPTY:
            await self._leases.remove(dead)
        elif journal is Journal.AWAY and dead.left_at and now_ms() - dead.left_at > _LEFT_FOR_MS:
            _log.warning("journal_given_up", shard=dead.owner, waiting=dead.waiting)
            await self._leases.remove(dead)
        elif journal is Journal.AWAY and await self._leases.leave(dead, now=now_ms()):
            _log.error("journal_left", host=dead.host, shard=dead.owner, waiting=dead.waiting)
        return []
