"""What the API counts and measures, as Prometheus understands it. Every name is explained in docs/metrics.md."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from shared.version import VERSION

disable_created_metrics()  # a line more for each counter, of when it began

_ANSWERED_WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds. A send takes what WhatsApp takes; a login may wait half a minute for a code."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """Of one API process. Labels have as many values as there are routes, statuses and error codes."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "wagate_api_requests",
            "Requests, by what was answered; `code` is that of the error, or empty.",
            ["method", "route", "status", "code"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "wagate_api_request_seconds",
            "From the first byte of a request to the last of its answer.",
            ["method", "route"],
            buckets=_ANSWERED_WITHIN,
            registry=self._registry,
        )
        self._open = Gauge(
            "wagate_api_requests_in_progress", "Requests that are being answered.", registry=self._registry
        )
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
        self._counts: dict[tuple[str, str, int, str], Counter] = {}
        self._times: dict[tuple[str, str], Histogram] = {}
        """Both by their labels, which the library checks and locks each time it is asked."""

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
        self._open.inc()

    def ended(self, method: str, route: str, status: int, code: str, seconds: float) -> None:
        """It is answered.

        Args:
            method: as the caller sent it.
            route: the template of its path; empty when there is no such route.
            status: 0 when nothing was answered: the caller has gone.
            code: of the error, empty when there was none.
            seconds: what it took.
        """
        self._open.dec()
        method = method if method in _METHODS else "OTHER"
        count, time = (method, route, status, code), (method, route)
        if count not in self._counts:
            self._counts[count] = self._requests.labels(*count)
        if time not in self._times:
            self._times[time] = self._seconds.labels(*time)
        self._counts[count].inc()
        self._times[time].observe(seconds)

    def page(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
