"""Looks at the parts of a shard for what its metrics say of now."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from session_host.auth_sync.keeper import AuthKeeper
from session_host.inbound.entry import Stage
from session_host.inbound.journal import Journal
from session_host.metrics.counting import Counting, Readings
from session_host.ownership.ownership import Ownership
from session_host.whatsapp.leftovers import Leftovers
from shared.events.ports import EventLog
from shared.ids import now_ms

_COUNTED_TO = 10_000
"""Entries that are counted at most, so that it takes no longer after a day without a store than after a minute."""

_STAGES: dict[str, Stage] = {"inbox": "applied", "events": "published"}
"""What entries of the journal wait for, in the words of those who read metrics."""


def counting(*, wanted: bool) -> Counting:
    """What counts for metrics, if they are wanted."""
    if not wanted:
        return Counting()
    from session_host.metrics.shard_metrics import ShardMetrics  # noqa: PLC0415 - Prometheus' library

    return ShardMetrics()


def pages(  # noqa: PLR0913, PLR0917 - what is looked at
    metrics: Counting, ownership: Ownership, journal: Journal, log: EventLog, auth: AuthKeeper, leftovers: Leftovers
) -> Callable[[], Awaitable[bytes]]:
    """Makes pages of metrics, each with what these say at that moment."""

    async def page() -> bytes:
        return metrics.page(await read(ownership, journal, log, auth, leftovers))

    return page


async def read(
    ownership: Ownership, journal: Journal, log: EventLog, auth: AuthKeeper, leftovers: Leftovers
) -> Readings:
    """What they say now; the journal's file is read off the event loop."""
    waiting, log_used = await asyncio.gather(asyncio.to_thread(_waiting, journal), log.used())
    beat = ownership.beat
    holdings = ownership.held.values()
    return Readings(
        statuses=Counter(holding.live.report.status for holding in holdings),
        room=max(beat.room, 0),
        unowned=beat.unowned,
        sends_waiting=sum(holding.outbox.waiting for holding in holdings),
        lease_age=ownership.lease.age,
        snapshots_behind=auth.behind,
        waiting={to: count for to, (count, _) in waiting.items()},
        behind={to: behind for to, (_, behind) in waiting.items()},
        journal_writable=journal.failure is None,
        journals_left=len(ownership.legacies.left),
        events_left=sum(lease.waiting for lease in ownership.legacies.left),
        log_used=log_used,
        leftovers={
            "threads": leftovers.threads,
            "connections": len(leftovers.connections),
            "uploads": leftovers.uploads,
        },
    )


def _waiting(journal: Journal) -> dict[str, tuple[int, float]]:
    """For what entries wait: how many, and for how long the oldest has."""
    return {to: (journal.waiting(stage, at_most=_COUNTED_TO), _behind(journal, stage)) for to, stage in _STAGES.items()}


def _behind(journal: Journal, stage: Stage) -> float:
    at = journal.oldest(stage)
    return 0.0 if at is None else max(now_ms() - at, 0) / 1000
