"""Who is told what a shard does: nobody, unless metrics are wanted. Prometheus' library takes time and memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from session_host.session.unlinking import UnlinkOutcome
from shared.messages.model import MessageState
from shared.sessions.model import SessionReport, SessionStatus


@dataclass(frozen=True, slots=True)
class Readings:
    """What is looked at when somebody asks, and not counted as it happens."""

    statuses: Mapping[SessionStatus, int]
    """Sessions held, by what they do."""
    room: int
    """How many more sessions it could take."""
    unowned: int
    """Sessions that nobody holds while this shard is full."""
    sends_waiting: int
    """Messages in this process whose outcome is not written."""
    lease_age: float
    """Seconds since its lease was renewed."""
    snapshots_behind: float
    """Seconds the oldest change waits that is in no snapshot."""
    waiting: Mapping[str, int]
    """Entries of the journal that wait, by whether for the inbox or the log of events."""
    behind: Mapping[str, float]
    """Seconds for which the oldest of them has waited."""
    journal_writable: bool
    journals_left: int
    """Journals of shards that are gone, which nobody reaches."""
    events_left: int
    """Events that waited in them when they were last heard of."""
    log_used: float | None
    """How full the log of events is, 1 at most; None when NATS does not say."""
    leftovers: Mapping[str, int]
    """What the WhatsApp library kept of clients that are gone: threads, connections to their databases, uploads."""


class Counting:
    """Counts nothing. Told from any thread, but for `page`."""

    def sent(self, outcome: MessageState, seconds: float) -> None:
        """A message was handed over, and this came of it."""

    def unlinking(self, outcome: UnlinkOutcome) -> None:
        """It was tried to remove a device from its phone, and this came of it."""

    def received(self, kind: str) -> None:
        """The journal took an event of this kind."""

    def changed(self, report: SessionReport) -> None:
        """A session does something else than before."""

    def page(self, now: Readings) -> bytes:  # noqa: ARG002 - of those who count
        """All of it in Prometheus' text format, with what was looked at just now."""
        return b""
