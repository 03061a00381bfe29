"""Says in the log how late events come to webhooks that take them: alarms are made of that (infra/watch.yaml)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from session_host.deliveries.counting import Readings

_log = structlog.get_logger(__name__)

_EVERY = 60.0
_WORTH = 60.0
"""Seconds that an event may wait and nothing is said."""


async def tell_lateness(readings: Callable[[], Readings]) -> None:
    """Look every minute, until cancelled."""
    while True:
        await asyncio.sleep(_EVERY)
        late = readings().late
        if late > _WORTH:
            _log.warning("deliveries_behind", seconds=round(late))
