"""The page of the API's metrics, as Prometheus understands it. Every name is explained in docs/metrics.md."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from typing_extensions import override

from functions.metrics.request_metrics import ANSWERED_WITHIN, RequestMetrics, Times
from shared.version import VERSION

_COUNT = "Requests, by what was answered; `code` is that of the error, or empty."
_TIME = "From the first byte of a request to the last of its answer."
_LOST = "Connections that were closed or refused, by the limit that they met."


def page(metrics: RequestMetrics) -> bytes:
    """All of it, and what the system says of this process, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Counted(metrics))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Counted(Collector):
    def __init__(self, metrics: RequestMetrics) -> None:
        self._metrics = metrics

    @override
    def collect(self) -> Iterator[Metric]:
        """Each metric with its values."""
        counted = self._metrics
        yield from _requests(counted)
        yield GaugeMetricFamily("wagate_api_requests_in_progress", "Requests that are being answered.", counted.open)
        yield GaugeMetricFamily(
            "wagate_api_nats_connected", "Whether the connection to NATS is up.", counted.connected()
        )
        yield GaugeMetricFamily("wagate_api_connections", "Connections of callers and proxies.", counted.connections())
        lost = CounterMetricFamily("wagate_api_connections_ended", _LOST, labels=["why"])
        for why, number in counted.lost.items():
            lost.add_metric([why], number)
        yield lost
        build = GaugeMetricFamily("wagate_build_info", "Which version runs.", labels=["version"])
        build.add_metric([VERSION], 1)
        yield build


def _requests(counted: RequestMetrics) -> Iterator[Metric]:
    answered = CounterMetricFamily("wagate_api_requests", _COUNT, labels=["method", "route", "status", "code"])
    for (method, route, status, code), number in counted.answered.items():
        answered.add_metric([method, route, str(status), code], number)
    yield answered
    seconds = HistogramMetricFamily("wagate_api_request_seconds", _TIME, labels=["method", "route"])
    for of, times in counted.times.items():
        seconds.add_metric(list(of), _buckets(times), times.total)
    yield seconds


def _buckets(times: Times) -> list[tuple[str, float]]:
    """As Prometheus has them: each with everything that was faster."""
    names = [*map(floatToGoString, ANSWERED_WITHIN), "+Inf"]
    return list(zip(names, accumulate(times.counts), strict=True))
