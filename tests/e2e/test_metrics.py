"""What Prometheus sees of a whole gateway."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.crashes import kill_shard, shard_of
from benchmarks.gateway import Gateway, running
from cli.gateway.ports import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")
DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
WITHIN = 60.0
TOKEN = "a-token-of-the-tests"  # noqa: S105 - of the tests


class Watched:
    """A gateway and its two addresses of metrics."""

    def __init__(self, gateway: Gateway, port: int) -> None:
        self.gateway = gateway
        self.host = f"http://127.0.0.1:{port}/metrics"
        self.api = f"{gateway.url}/metrics"

    async def page(self, url: str) -> str:
        headers = {"Authorization": f"Bearer {TOKEN}"} if url == self.api else None
        async with self.gateway.http.get(url, headers=headers) as answer:
            assert answer.status == 200
            return await answer.text()

    async def value(self, url: str, name: str, **labels: str) -> float | None:
        """The sum of what has these labels; None when nothing has."""
        return value_in(await self.page(url), name, **labels)

    async def until(self, url: str, name: str, wanted: float, **labels: str) -> None:
        async with asyncio.timeout(WITHIN):
            while await self.value(url, name, **labels) != wanted:
                await asyncio.sleep(0.1)


def value_in(page: str, name: str, **labels: str) -> float | None:
    """The same of a page."""
    found = [
        sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return sum(found) if found else None


@asynccontextmanager
async def watching(folder: Path) -> AsyncIterator[Watched]:
    port = free_port()
    listen = f"127.0.0.1:{port}"
    settings = {"WAGATE_METRICS_LISTEN": listen, "WAGATE_METRICS_TOKEN": TOKEN, "WAGATE_URL_ALLOW": "127.0.0.1"}
    async with running(folder / "data", environment=settings) as gateway:
        yield Watched(gateway, port)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    """For every test that counts nothing."""
    async with watching(tmp_path_factory.mktemp("metrics")) as watched:
        yield watched


@pytest_asyncio.fixture(loop_scope="module")
async def newly_watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """One to which nothing has happened yet."""
    async with watching(tmp_path) as watched:
        yield watched


def documented(*sections: str) -> set[str]:
    text = DOCS.read_text()
    return {
        name
        for section in sections
        for name in re.findall(r"^\| `(\w+)` \|", text.split(f"\n### {section}\n")[1].split("\n### ")[0], re.MULTILINE)
    }


def emitted(page: str) -> set[str]:
    """Names as they are asked for: counters with their ending."""
    return {
        family.name + ("_total" if family.type == "counter" else "") for family in text_string_to_metric_families(page)
    }


async def test_what_is_documented_is_emitted_and_nothing_else(watched: Watched) -> None:
    """docs/metrics.md, by which alerts and dashboards are checked, is what a gateway at work says."""
    gateway = watched.gateway
    await gateway.log_in("sales", "628111000001")
    (sink,) = await gateway.sinks(1)
    await gateway.send_many("sales", sink, 3)
    await gateway.call("POST", "/api/webhooks", json={"url": f"{gateway.url}/nowhere"})
    await watched.until(watched.host, "wagate_webhooks", 1, shard="deliverer")
    assert emitted(await watched.page(watched.api)) == documented("Of the API", "Of both")
    assert emitted(await watched.page(watched.host)) == documented("Of session hosts", "Of both")


async def test_the_numbers_are_those_of_what_happened(newly_watched: Watched) -> None:
    """Sends, what arrives, sessions; a shard that dies is seen to, and its successor counts from nothing."""
    watched = newly_watched
    gateway = watched.gateway
    await gateway.log_in("sales", "628111000001")
    contact = (await gateway.control_post("/contacts", number="628222000001"))["number"]
    await gateway.send_many("sales", contact, 5)
    await gateway.control_post(f"/contacts/{contact}/send", to="628111000001", text="hello")
    await gateway.until_shown("sales", 1)
    host = watched.host
    assert await watched.value(watched.api, "wagate_api_requests_total", route="/api/send-message", status="200") == 5
    assert await watched.value(host, "wagate_sends_total", outcome="sent", shard="0") == 5
    assert await watched.value(host, "wagate_send_seconds_count") == 5
    assert await watched.value(host, "wagate_events_total", kind="message_received") == 1
    assert await watched.value(host, "wagate_sessions", status="connected") == 1
    await watched.until(host, "wagate_journal_waiting", 0)
    assert await watched.value(host, "wagate_shard_restarts_total") == 0
    kill_shard(gateway)
    await watched.until(host, "wagate_shard_restarts_total", 1)
    await watched.until(host, "wagate_sessions", 1, status="connected")
    assert await watched.value(host, "wagate_shard_up", shard="0") == 1
    assert await watched.value(host, "wagate_sends_total", outcome="sent") == 0
    await gateway.send_many("sales", contact, 1)
    assert await watched.value(host, "wagate_sends_total", outcome="sent") == 1


async def test_a_shard_that_hangs_is_down_and_the_host_still_answers(watched: Watched) -> None:
    """Within the time Prometheus waits by default, 10 s."""
    await watched.until(watched.host, "wagate_shard_up", 1, shard="0")  # one that delivers may be there, too
    shard = shard_of(watched.gateway)
    shard.suspend()
    try:
        async with asyncio.timeout(10):
            page = await watched.page(watched.host)
    finally:
        with suppress(psutil.NoSuchProcess):  # a shard that has hung for 8 s is ended
            shard.resume()
    assert value_in(page, "wagate_shard_up", shard="0") == 0
    assert value_in(page, "wagate_disk_free_bytes")


async def test_no_metric_knows_anybody(watched: Watched) -> None:
    """No number, no session's name, no key."""
    gateway = watched.gateway
    await gateway.log_in("a-secret-project", "628111000002")
    (sink,) = await gateway.sinks(1)
    await gateway.send_many("a-secret-project", sink, 1)
    said = await watched.page(watched.api) + await watched.page(watched.host)
    for secret in ("628111000002", sink, "a-secret-project", gateway.key, TOKEN):
        assert secret not in said
