"""What a shard at work might read off itself, for tests of its metrics."""

from session_host.metrics.counting import Readings
from shared.sessions.model import SessionStatus

READINGS = Readings(
    statuses={SessionStatus.CONNECTED: 2},
    room=98,
    unowned=0,
    sends_waiting=1,
    lease_age=0.5,
    snapshots_behind=0.0,
    waiting={"inbox": 0, "events": 7},
    behind={"inbox": 0.0, "events": 1.5},
    journal_writable=True,
    journals_left=1,
    events_left=12,
    log_used=0.25,
    leftovers={"threads": 0, "connections": 3},
)
