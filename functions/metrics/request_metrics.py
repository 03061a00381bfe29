"""What the API counts and measures, as Prometheus understands it. Every name is explained in docs/metrics.md."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Metric,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from typing_extensions import override

from shared.version import VERSION

disable_created_metrics()  # a line more for each counter, of when it began

_ANSWERED_WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds. A send takes what WhatsApp takes; a login may wait half a minute for a code."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


_COUNT = "Requests, by what was answered; `code` is that of the error, or empty."
_TIME = "From the first byte of a request to the last of its answer."


class _Times:
    """How long requests of one route took."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(_ANSWERED_WITHIN) + 1)
        """By the place in `_ANSWERED_WITHIN`; the last is of those that took longer."""
        self.total = 0.0

    def buckets(self) -> list[tuple[str, float]]:
        """As Prometheus has them: each with everything that was faster."""
        names = [*map(floatToGoString, _ANSWERED_WITHIN), "+Inf"]
        return list(zip(names, accumulate(self.counts), strict=True))


class _Answered(Collector):
    """What was answered, in plain numbers: one thread has all requests, and the library's own take a lock for each."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int, str], int] = {}
        self._times: dict[tuple[str, str], _Times] = {}

    def count(self, method: str, route: str, status: int, code: str, seconds: float) -> None:
        """One more."""
        answer = (method, route, status, code)
        self._counts[answer] = self._counts.get(answer, 0) + 1
        times = self._times.get((method, route))
        if times is None:
            times = self._times[method, route] = _Times()
        times.counts[bisect_left(_ANSWERED_WITHIN, seconds)] += 1
        times.total += seconds

    @override
    def collect(self) -> Iterator[Metric]:
        """Both metrics, as a page shows them."""
        answered = CounterMetricFamily("wagate_api_requests", _COUNT, labels=["method", "route", "status", "code"])
        for (method, route, status, code), number in self._counts.items():
            answered.add_metric([method, route, str(status), code], number)
        seconds = HistogramMetricFamily("wagate_api_request_seconds", _TIME, labels=["method", "route"])
        for of, times in self._times.items():
            seconds.add_metric(list(of), times.buckets(), times.total)
        yield answered
        yield seconds


class RequestMetrics:
    """Of one API process. Labels have as many values as there are routes, statuses and error codes."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answered = _Answered()
        self._registry.register(self._answered)
        self._open = 0
        in_progress = Gauge(
            "wagate_api_requests_in_progress", "Requests that are being answered.", registry=self._registry
        )
        in_progress.set_function(lambda: self._open)
        self._connected = Gauge(
            "wagate_api_nats_connected", "Whether the connection to NATS is up.", registry=self._registry
        )
        self._connections = Gauge(
            "wagate_api_connections", "Connections of callers and proxies.", registry=self._registry
        )
        self._lost = Counter(
            "wagate_api_connections_ended",
            "Connections that were closed or refused, by the limit that they met.",
            ["why"],
            registry=self._registry,
        )
        build = Gauge("wagate_build_info", "Which version runs.", ["version"], registry=self._registry)
        build.labels(VERSION).set(1)
        ProcessCollector(registry=self._registry)

    def watch_nats(self, connected: Callable[[], bool]) -> None:
        """Ask this for the connection to NATS, whenever a page is made."""
        self._connected.set_function(connected)

    def watch_connections(self, count: Callable[[], int]) -> None:
        """Ask this for the number of connections, whenever a page is made."""
        self._connections.set_function(count)

    def connection_lost(self, why: str) -> None:
        """One was closed or refused: `address`, `all`, `late`, `not_taken` or `malformed`."""
        self._lost.labels(why).inc()

    def began(self) -> None:
        """A request has come."""
        self._open += 1

    def ended(self, method: str, route: str, status: int, code: str, seconds: float) -> None:
        """It is answered.

        Args:
            method: as the caller sent it.
            route: the template of its path; empty when there is no such route.
            status: 0 when nothing was answered: the caller has gone.
            code: of the error, empty when there was none.
            seconds: what it took.
        """
        self._open -= 1
        self._answered.count(method if method in _METHODS else "OTHER", route, status, code, seconds)

    def page(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
