"""Numbers for CloudWatch, as lines of the log. It finds them by their form; no host needs a right to send them.

The form: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from session_host.beats import Beat
from shared.ids import now_ms

_log = structlog.get_logger()

NAMESPACE = "wagate"
SESSIONS_PER_SHARD = "SessionsPerShard"
"""How many sessions each shard holds: a value for each."""
_EVERY = 60.0


async def publish(beats: Callable[[], Sequence[Beat]]) -> None:
    """Write what the shards of this host said last, every minute, until cancelled."""
    while True:
        await asyncio.sleep(_EVERY)
        if held := [beat.held for beat in beats()]:
            _log.info("metrics", **sessions_per_shard(held))


def sessions_per_shard(held: Sequence[int]) -> dict[str, Any]:
    """The fields of a log line that carry the metric; at most 100 values count."""
    metric = {"Name": SESSIONS_PER_SHARD, "Unit": "Count"}
    about = {"Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": [metric]}
    return {"_aws": {"Timestamp": now_ms(), "CloudWatchMetrics": [about]}, SESSIONS_PER_SHARD: list(held)}
