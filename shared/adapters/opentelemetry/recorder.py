"""`shared.observing.traces.Recorder` on OpenTelemetry's SDK: spans leave by OTLP over HTTP, from a thread of their own.

What the exporter does is set by OpenTelemetry's own variables (docs/traces.md). Whatever happens to the collector, the
process notices nothing but lost spans: what waits for it is limited in number and size, and so is the wait at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from typing_extensions import override

from shared.jids import Jid
from shared.observing.logs import masked, redact
from shared.observing.traces import ERROR, Kind, Span, Values

_log = structlog.get_logger(__name__)

_TRACEPARENT = 55
"""Characters of `traceparent` in the version there is; what is longer is not looked at."""
_ATTRIBUTES, _LENGTH = 16, 200
_SAY_AGAIN_AFTER = 60.0
_KINDS = {Kind.INNER: SpanKind.INTERNAL, Kind.SERVER: SpanKind.SERVER, Kind.CLIENT: SpanKind.CLIENT}
_NOWHERE = Context()
_FORMAT = TraceContextTextMapPropagator()


class OpenTelemetry:
    """Records until `close`. Raises ValueError when its settings cannot be understood."""

    def __init__(self, service: str, instance: str | None = None) -> None:
        """Name what every span is of: the service, and which of its processes."""
        who = {"service.name": service} | ({"service.instance.id": instance} if instance else {})
        _quieten()
        self._provider = TracerProvider(
            resource=Resource.create(who),
            shutdown_on_exit=False,  # it would wait for 30 s
            span_limits=SpanLimits(max_span_attributes=_ATTRIBUTES, max_span_attribute_length=_LENGTH),
        )
        self._processor = BatchSpanProcessor(OTLPSpanExporter())
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("wagate")
        self._flushing: threading.Thread | None = None

    def root(self, name: str, traceparent: str | None, kind: Kind, values: Values) -> Span:
        """See the port. Of the caller's context only the ids and the sampling flag are taken, no state, no baggage."""
        above = _NOWHERE
        if traceparent is not None and len(traceparent) <= _TRACEPARENT:
            above = _FORMAT.extract({"traceparent": traceparent}, _NOWHERE)
        return self._begin(name, above, kind, values, None)

    def child(self, name: str, parent: Span, kind: Kind, values: Values, since: int | None) -> Span:
        """See the port."""
        above = parent.context if isinstance(parent, _Span) else _NOWHERE
        return self._begin(name, above, kind, values, since)

    def flush(self, within: float) -> None:
        """See the port. An earlier one that the collector did not answer is not waited for again."""
        if self._flushing is None or not self._flushing.is_alive():
            self._flushing = _aside(self._processor.force_flush)
            self._flushing.join(within)

    async def close(self, within: float) -> None:
        """Export what is left, at most so many seconds; what is not gone by then is lost."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def work() -> None:
            self._provider.shutdown()
            with contextlib.suppress(RuntimeError):  # nobody waits any more, the loop is closed
                loop.call_soon_threadsafe(done.set)

        _aside(work)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await done.wait()

    def _begin(self, name: str, above: Context, kind: Kind, values: Values, since: int | None) -> Span:
        span = self._tracer.start_span(
            name, above, _KINDS[kind], start_time=since, record_exception=False, set_status_on_exception=False
        )
        begun = _Span(span)
        if values:
            begun.set(values)
        return begun


class _Span:
    """`shared.observing.traces.Span`."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self.context = trace.set_span_in_context(span, _NOWHERE)

    @property
    def trace_id(self) -> str | None:
        return trace.format_trace_id(self._span.get_span_context().trace_id) if self._span.is_recording() else None

    @property
    def traceparent(self) -> str:
        carrier: dict[str, str] = {}
        _FORMAT.inject(carrier, self.context)
        return carrier.get("traceparent", "")

    def set(self, values: Values) -> None:
        if self._span.is_recording():
            self._span.set_attributes(_without_people(values))

    def fail(self, code: str | None = None) -> None:
        self._span.set_status(Status(StatusCode.ERROR))
        if code is not None:
            self._span.set_attribute(ERROR, code)

    def end(self) -> None:
        self._span.end()


def _aside(work: Callable[[], object]) -> threading.Thread:
    """On a thread that nobody waits for at exit: the SDK's own wait for a collector that hangs is 30 s."""
    thread = threading.Thread(target=work, name="traces", daemon=True)
    thread.start()
    return thread


def _without_people(values: Values) -> dict[str, str | int]:
    known = {name: _masked(value) if isinstance(value, Jid) else value for name, value in values.items()}
    kept: dict[str, Any] = {name: value for name, value in known.items() if value is not None}
    return dict(redact(None, "", kept))


def _masked(jid: Jid) -> str:
    return f"{masked(jid.user)}@{jid.server}"


class _OnceInAWhile(logging.Handler):
    """Says at most once a minute, in our log, what the SDK says again and again while a collector is away."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said = -_SAY_AGAIN_AFTER

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if time.monotonic() - self._said >= _SAY_AGAIN_AFTER:
            self._said = time.monotonic()
            _log.warning("traces_not_exported", said=record.getMessage())


def _quieten() -> None:
    said = logging.getLogger("opentelemetry")
    said.propagate = False
    if not any(isinstance(handler, _OnceInAWhile) for handler in said.handlers):
        said.addHandler(_OnceInAWhile())
