"""Traces of a running gateway, as a collector gets them; and the gateway, when the collector is in trouble."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import pytest_asyncio

from benchmarks.collector import Collector, Span, collecting
from benchmarks.gateway import Gateway, running
from benchmarks.waterfall import svg
from tests.ports import held_port

pytestmark = pytest.mark.asyncio(loop_scope="module")
COLLECTOR_WITHIN = 10.0
"""Seconds for which an exporter waits for a collector: who waited for it would take as long."""
API, HOST = "wagate-api", "wagate-session-host"
TEXT = "a text that nobody but its reader is to see"
OURS = "628111111111"
Exporting = tuple[Collector, Gateway, str]
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TREE = {
    "POST /api/send-message": None,
    "ask host": "POST /api/send-message",
    "command send": "ask host",
    "wait for turn": "command send",
    "check number": "command send",
    "store as sending": "command send",
    "hand to WhatsApp": "command send",
    "store outcome": "command send",
}
"""What a send shows, and below what."""
IN_TURN = ["wait for turn", "check number", "store as sending", "hand to WhatsApp", "store outcome"]


async def send(gateway: Gateway, number: str, *, traceparent: str | None = None, **more: Any) -> tuple[int, str]:
    """The status of a send, and the id of its request."""
    headers = {"X-API-Key": gateway.key} | ({"traceparent": traceparent} if traceparent else {})
    body = {"sessionId": "sales", "number": number, "message": TEXT} | more
    async with gateway.http.post(f"{gateway.url}/api/send-message", headers=headers, json=body) as answer:
        await answer.read()
        return answer.status, answer.headers["X-Request-Id"]


async def trace_of(collector: Collector, request: str, names: set[str]) -> dict[str, Span]:
    """The spans of a request's trace by their names, once all of these have come."""
    await collector.until(lambda: names <= {span.name for span in collector.trace_of(request)})
    return {span.name: span for span in collector.trace_of(request)}


@asynccontextmanager
async def traced(folder: Path, collector: Collector, **more: str) -> AsyncIterator[tuple[Gateway, str]]:
    """A gateway with a session that exports its traces, and a number to send to."""
    async with running(folder / "data", environment=collector.environment | more) as gateway:
        await gateway.log_in("sales", OURS)
        [sink] = await gateway.sinks(1)
        yield gateway, sink


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def exporting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exporting]:
    """A collector, a gateway that exports to it, and a number to send to."""
    async with collecting() as collector, traced(tmp_path_factory.mktemp("traces"), collector) as (gateway, sink):
        yield collector, gateway, sink


async def test_a_send_is_one_tree_across_processes(exporting: Exporting) -> None:
    """From the request to WhatsApp's acknowledgement; children lie within their parents, steps follow each other.

    A caller who says which span of its own this is part of, gets the tree below that one; who says nonsense, does not.
    """
    collector, gateway, sink = exporting
    for said, above in ((None, ""), (f"00-{TRACE}-{PARENT}-01", PARENT), ("00-nonsense-01" * 100, "")):
        status, request = await send(gateway, sink, traceparent=said)
        assert status == 200
        spans = await trace_of(collector, request, set(TREE))
        for name, parent in TREE.items():
            span = spans[name]
            assert span.service == (API if name in {"POST /api/send-message", "ask host"} else HOST)
            assert span.begun <= span.ended
            if parent is not None:
                assert span.parent == spans[parent].id
                assert spans[parent].begun <= span.begun
                assert span.ended <= spans[parent].ended
        for before, after in itertools.pairwise(IN_TURN):
            assert spans[before].ended <= spans[after].begun
        root = spans["POST /api/send-message"]
        assert (root.parent, root.trace == TRACE) == (above, bool(above))
        assert {span.trace for span in spans.values()} == {root.trace}
        assert root.attributes["http.response.status_code"] == 200
        assert (root.kind, spans["ask host"].kind, spans["command send"].kind) == ("SERVER", "CLIENT", "SERVER")
        assert not any(span.failed for span in spans.values())
    drawn = ET.fromstring(svg(list(spans.values())))  # noqa: S314 - it is our own
    assert set(TREE) <= {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}


async def test_nothing_of_a_message_or_its_people_is_exported(tmp_path: Path) -> None:
    """No number, no text, no key and no code is in any byte, of sends that go well and that do not."""
    nobody = "628999000111"
    async with collecting() as collector, traced(tmp_path, collector) as (gateway, sink):
        status, request = await send(gateway, sink)
        assert status == 200
        await trace_of(collector, request, set(TREE))
        status, request = await send(gateway, nobody)
        assert status == 422
        failed = await trace_of(collector, request, {"POST /api/send-message", "ask host", "command send"})
        assert failed["command send"].attributes["error.type"] == "NUMBER_NOT_ON_WHATSAPP"
        assert failed["POST /api/send-message"].attributes["error.type"] == "NUMBER_NOT_ON_WHATSAPP"
        assert failed["command send"].failed
        await gateway.call("GET", f"/api/check-number/{sink}", params={"sessionId": "sales"})
        code = (await gateway.call("GET", "/api/qr", params={"sessionId": "other"}))["qr"]
        status, request = await send(gateway, sink, sessionId="other", queue=True)
        assert status == 202
        await trace_of(collector, request, {"command send"})
        key = gateway.key
    exported = b"".join(collector.bodies)
    assert len(exported) > 1_000
    assert [word for word in (OURS, sink, nobody, TEXT, key, code) if word.encode() in exported] == []


async def test_what_is_sampled_out_is_not_exported(tmp_path: Path) -> None:
    """By the standard's variables, in both processes; with a parent-based one a caller who asks for a trace gets it."""
    none = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}
    async with collecting() as collector, traced(tmp_path, collector, **none) as (gateway, sink):
        assert (await send(gateway, sink))[0] == 200
        assert (await send(gateway, sink, traceparent=f"00-{TRACE}-{PARENT}-00"))[0] == 200
        _, asked = await send(gateway, sink, traceparent=f"00-{TRACE[::-1]}-{PARENT}-01")
        await trace_of(collector, asked, set(TREE))
    assert {span.trace for span in collector.spans} == {TRACE[::-1]}


async def test_messages_that_nobody_waits_for(exporting: Exporting) -> None:
    """One that is on its way already belongs to its request.

    One that waited in the store has a trace of its own: it is sent when its session connects, long afterwards.
    """
    collector, gateway, sink = exporting
    status, request = await send(gateway, sink, wait=0)
    assert status == 202
    spans = await trace_of(collector, request, {"store as accepted", "command send", "store outcome"})
    assert spans["store as accepted"].parent == spans["POST /api/send-message"].id
    assert spans["hand to WhatsApp"].parent == spans["command send"].id
    await gateway.call("GET", "/api/qr", params={"sessionId": "later"})
    status, _ = await send(gateway, sink, sessionId="later", queue=True)
    assert status == 202
    await gateway.log_in("later", "628111111112")
    await collector.until(lambda: any(span.name == "send from store" for span in collector.spans))
    (root,) = [span for span in collector.spans if span.name == "send from store"]
    below = {span.name for span in collector.spans if span.parent == root.id}
    assert (root.parent, root.service) == ("", HOST)
    assert {"hand to WhatsApp", "store outcome"} <= below


@asynccontextmanager
async def no_answer() -> AsyncIterator[str]:
    """A collector that takes everything and says nothing."""
    over = asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        over.set()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def nonsense() -> AsyncIterator[str]:
    """A collector that is none."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"220 mail.example.com ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def nobody() -> AsyncIterator[str]:
    """No collector at all."""
    with held_port() as port:
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def no_address() -> AsyncIterator[str]:
    """A setting that is no address."""
    yield "collector, please"


@pytest.mark.parametrize("trouble", [no_answer, nonsense, nobody, no_address])
async def test_a_collector_in_trouble_costs_no_send(tmp_path: Path, trouble: Any) -> None:
    """Every message is sent, none waits for the collector, and the gateway stops as soon as without one."""
    with_little = {"OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_BSP_MAX_QUEUE_SIZE": "32"}
    with_little |= {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "16"}
    async with trouble() as endpoint, contextlib.AsyncExitStack() as stack:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint} | with_little
        gateway = await stack.enter_async_context(running(tmp_path / "data", environment=environment))
        await gateway.log_in("sales", OURS)
        [sink] = await gateway.sinks(1)
        latencies = await gateway.send_many("sales", sink, 40)
        assert max(latencies) < COLLECTOR_WITHIN * 1e3
        begun = time.monotonic()
        await stack.aclose()
        assert time.monotonic() - begun < COLLECTOR_WITHIN


async def test_a_collector_that_dies_and_comes_back(exporting: Exporting) -> None:
    """Sends go on without it; later traces are there again."""
    collector, gateway, sink = exporting
    _, request = await send(gateway, sink)
    await trace_of(collector, request, set(TREE))
    await collector.stop()
    assert max(await gateway.send_many("sales", sink, 40)) < COLLECTOR_WITHIN * 1e3
    await collector.start()
    _, request = await send(gateway, sink)
    assert set(TREE) <= set(await trace_of(collector, request, set(TREE)))
