"""What the process that delivers counts, as Prometheus understands it. Every name is explained in docs/metrics.md."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from typing_extensions import override

from session_host.deliveries.counting import Counting, Readings
from shared.webhooks.schedule import Verdict

disable_created_metrics()

_ANSWERED_WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)


class DeliveryMetrics(Counting):
    """Counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._attempts = Counter(
            "wagate_delivery_attempts",
            "Requests to webhooks, by what came of them.",
            ["outcome"],
            registry=self._registry,
        )
        for verdict in Verdict:
            self._attempts.labels(verdict.value)
        self._seconds = Histogram(
            "wagate_delivery_seconds",
            "From a request to a webhook to its answer.",
            buckets=_ANSWERED_WITHIN,
            registry=self._registry,
        )
        self._webhooks = Gauge("wagate_webhooks", "Webhooks delivered here.", registry=self._registry)
        self._trouble = Gauge("wagate_webhooks_in_trouble", "Those that take nothing.", registry=self._registry)
        self._behind = Gauge("wagate_deliveries_behind_seconds", "The oldest event under way.", registry=self._registry)
        ProcessCollector(registry=self._registry)

    @override
    def attempted(self, verdict: Verdict, seconds: float) -> None:
        self._attempts.labels(verdict.value).inc()
        self._seconds.observe(seconds)

    @override
    def page(self, now: Readings) -> bytes:
        self._webhooks.set(now.webhooks)
        self._trouble.set(now.in_trouble)
        self._behind.set(now.behind)
        return generate_latest(self._registry)
