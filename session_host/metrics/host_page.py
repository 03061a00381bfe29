"""The metrics of a host: the pages of its shards as one, each value with the shard it is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from typing_extensions import override

from session_host.metrics.shard_page import ShardPage
from shared.version import VERSION

DELIVERER = "deliverer"
"""What stands for the number of a shard with what the process that delivers events says."""


def host_page(shards: Mapping[int, ShardPage], free_bytes: int | None, deliveries: ShardPage | None = None) -> bytes:
    """The host's metrics in Prometheus' text format.

    Args:
        shards: by slot.
        free_bytes: what is free on the disk of the host's folder; None when it cannot be read.
        deliveries: of the process that delivers events; None while there is none.
    """
    processes = {str(slot): shard for slot, shard in shards.items()}
    if deliveries is not None:
        processes[DELIVERER] = deliveries
    registry = CollectorRegistry()
    registry.register(_Collected([*_of_host(processes, free_bytes), *merged(processes)]))
    return generate_latest(registry)


def merged(shards: Mapping[Any, ShardPage]) -> list[Metric]:
    """The metrics of all shards by name; each sample has a label `shard`, its slot."""
    families: dict[str, Metric] = {}
    for slot, shard in shards.items():
        for family in text_string_to_metric_families((shard.page or b"").decode()):
            into = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                into.samples.append(sample._replace(labels={"shard": str(slot), **sample.labels}))
    return list(families.values())


def _of_host(shards: Mapping[str, ShardPage], free_bytes: int | None) -> Iterator[Metric]:
    build = GaugeMetricFamily("wagate_build_info", "Which version runs.", labels=["version"])
    build.add_metric([VERSION], 1)
    yield build
    up = GaugeMetricFamily("wagate_shard_up", "Whether the slot's shard answers.", labels=["shard"])
    restarts = CounterMetricFamily("wagate_shard_restarts", "Starts of a slot's shard but the first.", labels=["shard"])
    for slot, shard in shards.items():
        up.add_metric([str(slot)], float(shard.page is not None))
        restarts.add_metric([str(slot)], shard.restarts)
    yield up
    yield restarts
    if free_bytes is not None:
        yield GaugeMetricFamily("wagate_disk_free_bytes", "Free on the disk of the host's folder.", value=free_bytes)


class _Collected(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    @override
    def collect(self) -> Iterable[Metric]:
        return self._metrics
