"""A collector of traces: takes what a gateway exports by OTLP over HTTP and keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from tests.ports import held_port

_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Span:
    """One span as it was exported. Times are nanoseconds since 1970."""

    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    """Empty for the root of a trace."""
    begun: int
    ended: int
    failed: bool
    attributes: dict[str, str | int]


@dataclass(slots=True)
class Collector:
    """What has come so far."""

    port: int
    bodies: list[bytes] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/v1/traces", self.take)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_port=True).start()

    async def stop(self) -> None:
        """Be gone; what has come is kept."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def endpoint(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a gateway has to be started with; it exports a few times a second."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}

    def trace_of(self, request_id: str) -> list[Span]:
        """The spans of a request's trace, by when they began."""
        traces = {span.trace for span in self.spans if span.attributes.get("wagate.request_id") == request_id}
        return sorted((span for span in self.spans if span.trace in traces), key=lambda span: (span.begun, -span.ended))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when it holds of what has come; raises TimeoutError after a minute."""
        async with asyncio.timeout(_WITHIN):
            while not condition():
                self._arrived.clear()
                await self._arrived.wait()

    async def take(self, request: web.Request) -> web.Response:
        """Keep what a process exports."""
        body = await request.read()
        self.bodies.append(body)
        told = ExportTraceServiceRequest.FromString(body)
        for of_process in told.resource_spans:
            service = str(_plain(of_process.resource.attributes)["service.name"])
            for scope in of_process.scope_spans:
                self.spans += [_span(service, span) for span in scope.spans]
        self._arrived.set()
        answer = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=answer, content_type="application/x-protobuf")


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector on a port of this machine, which stays its own while it is gone."""
    with held_port() as port:
        collector = Collector(port)
        await collector.start()
        try:
            yield collector
        finally:
            await collector.stop()


def _span(service: str, span: OtlpSpan) -> Span:
    return Span(
        service=service,
        name=span.name,
        kind=OtlpSpan.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        begun=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        attributes=_plain(span.attributes),
    )


def _plain(attributes: list[KeyValue]) -> dict[str, str | int]:
    return {
        entry.key: entry.value.int_value if entry.value.HasField("int_value") else entry.value.string_value
        for entry in attributes
    }
