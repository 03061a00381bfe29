"""Spans leave the process as they are meant to, and a collector that is in trouble keeps its trouble."""

import asyncio
import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan

from benchmarks.collector import Collector, Span, collecting
from shared.adapters.opentelemetry import process
from shared.adapters.opentelemetry.process import traces
from shared.adapters.opentelemetry.recorder import OpenTelemetry
from shared.errors import NumberNotOnWhatsApp
from shared.jids import Jid
from shared.observing import traces as tracing
from shared.observing.logs import configure_logging, masked
from shared.settings import TraceSettings

ABOVE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""The example of the standard."""


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    monkeypatch.setattr(process, "_LAST_SPANS_WITHIN", 30.0)  # it ends as soon as they are gone
    async with collecting() as collector:
        for name, value in collector.environment.items():
            monkeypatch.setenv(name, value)
        yield collector


@pytest.fixture
async def hanging(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[bytes]]:
    """A collector that takes connections and answers nothing; what it has got."""
    got: list[bytes] = []
    over = asyncio.Event()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.read(1))
        await over.wait()
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "60")
    yield got
    over.set()
    server.close()
    await server.wait_closed()


async def exported(collector: Collector, record: Callable[[], None]) -> list[Span]:
    """What comes of spans that are recorded; a process that ends does not keep them."""
    async with traces(TraceSettings(), "wagate-test", "one"):
        record()
    assert collector.spans
    return collector.spans


async def test_steps_hang_below_what_the_caller_says(collector: Collector) -> None:
    """Ids of the caller, its step below; a step of another task hangs where that was asked for, and began then."""

    def record() -> None:
        with tracing.begin("outer", ABOVE, {}):
            asked = tracing.current()
            since = time.time_ns()
            with tracing.step("inner"):
                assert tracing.traceparent() != ABOVE
        with tracing.step_of(asked, "late", since=since):
            pass

    spans = {span.name: span for span in await exported(collector, record)}
    assert {span.trace for span in spans.values()} == {ABOVE.split("-")[1]}
    assert spans["outer"].parent == ABOVE.split("-")[2]
    assert spans["inner"].parent == spans["late"].parent == spans["outer"].id
    assert spans["late"].begun <= spans["inner"].begun


@pytest.mark.parametrize(
    "said", [None, "", "nonsense", ABOVE.replace("00-", "ff-"), ABOVE.replace("a", "x"), ABOVE + "-" + "a" * 10_000]
)
async def test_a_context_that_is_none_is_not_believed(collector: Collector, said: str | None) -> None:
    """It begins a trace of its own; nothing of what was sent is kept."""

    def record() -> None:
        with tracing.begin("outer", said, {}):
            pass

    (span,) = await exported(collector, record)
    assert (span.parent, span.trace == ABOVE.split("-")[1]) == ("", False)
    assert len(collector.bodies[0]) < 1_000


async def test_nothing_of_people_is_exported(collector: Collector) -> None:
    """Addresses, numbers and keys are masked, also in a group's old address; of an error there is its code alone."""
    secret = "wa_" + "k" * 40

    def record() -> None:
        people = {"a": Jid("628123456789", "s.whatsapp.net"), "b": Jid("628123456789-1588888888", "g.us")}
        with (
            pytest.raises(NumberNotOnWhatsApp),
            tracing.begin("outer", None, people | {"c": "to 628123456789", "d": secret, "api_key": "abc123"}),
        ):
            raise NumberNotOnWhatsApp("628123456789 is not there", number="628123456789")

    (span,) = await exported(collector, record)
    body = b"".join(collector.bodies)
    assert not [word for word in (b"628123456789", b"1588888888", secret.encode(), b"abc123") if word in body]
    assert span.attributes["a"] == masked("628123456789") + "@s.whatsapp.net"
    assert span.failed
    assert span.attributes["error.type"] == "NUMBER_NOT_ON_WHATSAPP"


async def test_what_is_said_of_a_span_is_limited(collector: Collector) -> None:
    """In length and in number, whoever says it."""

    def record() -> None:
        with tracing.begin("outer", None, {str(count): "x" * 10_000 for count in range(1_000)}):
            pass

    (span,) = await exported(collector, record)
    assert len(span.attributes) == 16
    assert {len(str(value)) for value in span.attributes.values()} == {200}


async def test_a_line_of_the_log_names_the_trace_that_it_is_of(
    collector: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    """While its span is open; not a line of a task that outlives the request."""

    def record() -> None:
        configure_logging("test", json=True)
        try:
            with tracing.begin("outer", ABOVE, {}):
                outlives = tracing.current()
                structlog.get_logger().info("inside")
            assert outlives is not None
            assert outlives.trace_id is None
            structlog.get_logger().info("outside")
        finally:
            structlog.reset_defaults()

    await exported(collector, record)
    inside, outside = (json.loads(line) for line in capsys.readouterr().err.splitlines()[:2])
    assert inside["trace_id"] == ABOVE.split("-")[1]
    assert "trace_id" not in outside


async def test_a_collector_that_hangs_is_not_waited_for(hanging: list[bytes]) -> None:
    """Recording goes on, the process ends within a second, and so does the wait before a freeze, and only once."""
    async with traces(TraceSettings(), "wagate-test"):
        begun = time.monotonic()
        for _ in range(200):
            with tracing.begin("outer", None, {}):
                pass
        async with asyncio.timeout(15):
            while not hanging:
                await asyncio.sleep(0.01)
        recorded = time.monotonic()
        await asyncio.to_thread(tracing.flush, 0.2)
        await asyncio.to_thread(tracing.flush, 60)
        flushed = time.monotonic()
    # Whoever waits for it waits for 30 s at least.
    assert recorded - begun < 20
    assert flushed - recorded < 20
    assert time.monotonic() - flushed < 20


async def test_spans_that_wait_for_a_collector_are_limited(
    hanging: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest are dropped: what is in memory is the queue and the one batch that is on its way."""
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "100")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50")
    async with traces(TraceSettings(), "wagate-test"):
        for _ in range(5_000):
            with tracing.begin("counted", None, {}):
                pass
        async with asyncio.timeout(15):
            while not hanging:
                await asyncio.sleep(0.01)
        gc.collect()
        held = sum(isinstance(thing, ReadableSpan) and thing.name == "counted" for thing in gc.get_objects())
    assert 50 < held <= 160


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_BSP_MAX_QUEUE_SIZE", "1"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "zip"), ("OTEL_TRACES_SAMPLER", "nonsense")],
)
@pytest.mark.usefixtures("collector")
async def test_settings_that_make_no_sense_stop_nothing(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The process works without traces, or with the default."""
    monkeypatch.setenv(name, value)
    async with traces(TraceSettings(), "wagate-test"):
        with tracing.begin("outer", None, {}) as step:
            step.set({"a": 1})


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_a_process_without_a_collector_loads_nothing(environment: dict[str, str]) -> None:
    """Neither the API nor a shard imports any of OpenTelemetry, nor starts a thread for it."""
    program = """
import asyncio, sys, threading
import functions.app, session_host.shard
from shared.adapters.opentelemetry.process import traces
from shared.settings import TraceSettings
async def look():
    before = threading.active_count()  # the WhatsApp library has one for its log
    async with traces(TraceSettings(), "wagate-test"):
        loaded = sorted(name for name in sys.modules if name.startswith("opentelemetry"))
        print(loaded, threading.active_count() - before)
asyncio.run(look())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[] 0", done.stderr


async def test_threads_of_the_exporter_do_not_keep_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are daemons, so an interpreter that ends does not wait for a request that hangs."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    before = set(threading.enumerate())
    recorder = OpenTelemetry("wagate-test")
    try:
        new = set(threading.enumerate()) - before
        assert new
        assert all(thread.daemon for thread in new)
    finally:
        await recorder.close(5)
