"""Looks at the parts of a shard for what its metrics say of now."""

from __future__ import annotations

from collections import Counter

from session_host.auth_sync.keeper import AuthKeeper
from session_host.journal import Journal, Stage
from session_host.metrics.shard_metrics import Readings
from session_host.ownership import Ownership
from shared.ids import now_ms

_COUNTED_TO = 10_000
"""Entries that are counted at most: a journal of an hour without a store must not hold up the event loop."""

_STAGES: dict[str, Stage] = {"inbox": "applied", "events": "published"}
"""What entries of the journal wait for, in the words of those who read metrics."""


def read(ownership: Ownership, journal: Journal, auth: AuthKeeper) -> Readings:
    """What they say now; reads the journal's file."""
    beat = ownership.beat
    holdings = ownership.held.values()
    return Readings(
        statuses=Counter(holding.live.report.status for holding in holdings),
        room=max(beat.room, 0),
        unowned=beat.unowned,
        sends_waiting=sum(holding.outbox.waiting for holding in holdings),
        lease_age=ownership.lease.age,
        snapshots_behind=auth.behind,
        waiting={to: journal.waiting(stage, at_most=_COUNTED_TO) for to, stage in _STAGES.items()},
        behind={to: _behind(journal, stage) for to, stage in _STAGES.items()},
        journal_writable=journal.failure is None,
    )


def _behind(journal: Journal, stage: Stage) -> float:
    at = journal.oldest(stage)
    return 0.0 if at is None else max(now_ms() - at, 0) / 1000
