"""Whether a process records traces, which its environment decides, and for how long."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from shared.observing import traces as tracing
from shared.settings import TraceSettings

_log = structlog.get_logger(__name__)

_LAST_SPANS_WITHIN = 0.5
"""Seconds, when a process ends, for its last spans."""


@asynccontextmanager
async def traces(settings: TraceSettings, service: str, instance: str | None = None) -> AsyncGenerator[None]:
    """Record traces while the context is open when there is a collector to send them to; else do nothing.

    Settings that cannot be understood, or a library that is not installed, are logged: a gateway works without traces.

    Args:
        settings: whether.
        service: what the process is: `wagate-api`.
        instance: which one of them.
    """
    if not settings.wanted:
        yield
        return
    try:
        from shared.adapters.opentelemetry.recorder import OpenTelemetry  # noqa: PLC0415 - a process without traces spares it

        recorder = OpenTelemetry(service, instance)
    except (ImportError, RuntimeError, ValueError) as error:
        _log.error("traces_not_recorded", error=str(error), see="docs/traces.md")
        yield
        return
    tracing.record_with(recorder)
    try:
        yield
    finally:
        tracing.record_with(None)
        await recorder.close(_LAST_SPANS_WITHIN)
