"""What a shard counts and measures, as Prometheus understands it. Every name is explained in docs/metrics.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from session_host.metrics.counting import Counting, Readings
from session_host.session.unlinking import UnlinkOutcome
from shared.messages.model import MessageState
from shared.sessions.model import SessionReport, SessionStatus

disable_created_metrics()  # a line more for each counter, of when it began

_ACKNOWLEDGED_WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
"""Seconds. WhatsApp's own acknowledgements take 0.1 to 0.5; after 10 a send is unknown."""
_REASON = re.compile("[a-z_]{1,40}")


class ShardMetrics(Counting):
    """Counted from any thread; `page` is asked for on the event loop."""

    def __init__(self) -> None:
        self._gauges = _Gauges()
        self._registry = CollectorRegistry()
        self._sends = Counter(
            "wagate_sends", "Messages handed to WhatsApp, by what came of it.", ["outcome"], registry=self._registry
        )
        self._seconds = Histogram(
            "wagate_send_seconds",
            "From handing a message to WhatsApp to its acknowledgement.",
            buckets=_ACKNOWLEDGED_WITHIN,
            registry=self._registry,
        )
        self._events = Counter(
            "wagate_events", "What sessions were told and the journal took, by kind.", ["kind"], registry=self._registry
        )
        self._changes = Counter(
            "wagate_session_changes",
            "Changes of what sessions do, by what they do then and why.",
            ["status", "reason"],
            registry=self._registry,
        )
        self._unlinks = Counter(
            "wagate_unlinks",
            "Tries to remove a device from its phone, by what came of it.",
            ["outcome"],
            registry=self._registry,
        )
        for outcome in UnlinkOutcome:
            self._unlinks.labels(outcome.value)
        outcomes = (MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN)
        self._outcomes = {outcome: self._sends.labels(outcome.value) for outcome in outcomes}
        """Made at once, so that a rate of what never happened is 0."""
        self._registry.register(self._gauges)
        ProcessCollector(registry=self._registry)

    @override
    def sent(self, outcome: MessageState, seconds: float) -> None:
        (self._outcomes.get(outcome) or self._sends.labels(outcome.value)).inc()
        if outcome is MessageState.SENT:
            self._seconds.observe(seconds)

    @override
    def unlinking(self, outcome: UnlinkOutcome) -> None:
        self._unlinks.labels(outcome.value).inc()

    @override
    def received(self, kind: str) -> None:
        self._events.labels(kind).inc()

    @override
    def changed(self, report: SessionReport) -> None:
        reason = report.reason or ""
        known = not reason or _REASON.fullmatch(reason)
        self._changes.labels(report.status.value, reason if known else "other").inc()

    @override
    def page(self, now: Readings) -> bytes:
        self._gauges.now = now
        return generate_latest(self._registry)


class _Gauges(Collector):
    """What `Readings` says."""

    now: Readings | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering asks for names, and nothing has been looked at by then."""
        return iter(())

    @override
    def collect(self) -> Iterator[Metric]:
        if (now := self.now) is None:
            return
        sessions = GaugeMetricFamily("wagate_sessions", "Sessions held, by what they do.", labels=["status"])
        for status in SessionStatus:
            sessions.add_metric([status.value], now.statuses.get(status, 0))
        yield sessions
        waiting = GaugeMetricFamily(
            "wagate_journal_waiting", "Entries of the journal that wait, 10,000 at most.", labels=["to"]
        )
        for to, count in now.waiting.items():
            waiting.add_metric([to], count)
        yield waiting
        behind = GaugeMetricFamily(
            "wagate_journal_behind_seconds", "For how long the oldest of them has waited.", labels=["to"]
        )
        for to, seconds in now.behind.items():
            behind.add_metric([to], seconds)
        yield behind
        if now.log_used is not None:
            meaning = "How full the log of events is; with 1 it takes nothing, and events wait in the journals."
            yield GaugeMetricFamily("wagate_events_log_used_ratio", meaning, value=now.log_used)
        leftovers = GaugeMetricFamily(
            "wagate_library_leftovers", "What the WhatsApp library kept of clients that are gone.", labels=["kind"]
        )
        for kind, count in now.leftovers.items():
            leftovers.add_metric([kind], count)
        yield leftovers
        for name, meaning, value in (
            ("wagate_sessions_room", "How many more sessions it could take.", now.room),
            ("wagate_sessions_unowned", "Sessions nobody holds while this shard is full.", now.unowned),
            ("wagate_sends_waiting", "Messages in this process whose outcome is not written.", now.sends_waiting),
            ("wagate_lease_age_seconds", "Since its lease was renewed; it ends itself at 7.", now.lease_age),
            ("wagate_snapshots_behind_seconds", "The oldest change that is in no snapshot.", now.snapshots_behind),
            ("wagate_journals_left", "Journals of shards that are gone, which nobody reaches.", now.journals_left),
            ("wagate_journals_left_events", "Events that waited in them when last heard of.", now.events_left),
            ("wagate_journal_writable", "1, or 0 while what arrives cannot be kept.", float(now.journal_writable)),
        ):
            yield GaugeMetricFamily(name, meaning, value=value)
