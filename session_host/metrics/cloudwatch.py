"""Numbers for CloudWatch, as lines of the log. It finds them by their form; no host needs a right to send them.

The form: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from session_host.link.beats import Beat
from session_host.metrics.host_page import merged
from session_host.metrics.shard_page import ShardPage
from shared.ids import now_ms

_log = structlog.get_logger()

NAMESPACE = "wagate"
SESSIONS_PER_SHARD = "SessionsPerShard"
"""How many sessions each shard holds: a value for each."""
SESSIONS_UNOWNED = "SessionsUnowned"
"""How many sessions nobody holds, as full shards see them: a value for each shard."""
FROM_PAGES = {
    "InboxBehind": ("wagate_journal_behind_seconds", {"to": "inbox"}),
    "EventsBehind": ("wagate_journal_behind_seconds", {"to": "events"}),
    "SnapshotsBehind": ("wagate_snapshots_behind_seconds", {}),
    "EventsLogUsed": ("wagate_events_log_used_ratio", {}),
}
"""Names for CloudWatch, and what of a shard's metrics they are (docs/metrics.md): a value for each shard."""
_UNITS = {SESSIONS_PER_SHARD: "Count", SESSIONS_UNOWNED: "Count", "EventsLogUsed": "None"}
"""Of those that are no seconds."""
_EVERY = 60.0
_AT_MOST = 100
"""Values that CloudWatch takes of one metric in one line."""


async def publish(beats: Callable[[], Sequence[Beat]], pages: Callable[[], Awaitable[Mapping[int, ShardPage]]]) -> None:
    """Write what the shards of this host say, every minute, until cancelled."""
    while True:
        await asyncio.sleep(_EVERY)
        try:
            if spoken := beats():
                _log.info("metrics", **line(spoken, await pages()))
        except Exception:  # noqa: BLE001 - whatever a page says: there is another one in a minute
            _log.exception("metrics_not_written")


def line(beats: Sequence[Beat], pages: Mapping[int, ShardPage]) -> dict[str, Any]:
    """The fields of a log line that carry the metrics; at most 100 values of each count."""
    values: dict[str, list[float]] = {
        SESSIONS_PER_SHARD: [beat.held for beat in beats],
        SESSIONS_UNOWNED: [beat.unowned for beat in beats],
    }
    samples = [sample for family in merged(pages) for sample in family.samples]
    for name, (metric, labels) in FROM_PAGES.items():
        found = [one.value for one in samples if one.name == metric and labels.items() <= one.labels.items()]
        if found:
            values[name] = found
    metrics = [{"Name": name, "Unit": _UNITS.get(name, "Seconds")} for name in values]
    about = {"Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": metrics}
    return {
        "_aws": {"Timestamp": now_ms(), "CloudWatchMetrics": [about]},
        **{name: found[:_AT_MOST] for name, found in values.items()},
    }
