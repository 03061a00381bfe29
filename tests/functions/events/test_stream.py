"""GET /api/events/stream: events as they come, for many at once, until somebody hangs up or the key ends."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import uvicorn

from functions import program
from functions.app import create_app
from functions.events import following
from functions.server import http_protocol
from tests.emulators.nats_process import NatsServer
from tests.functions.conftest import ADMIN, running_config
from tests.functions.events.logged import WITHIN, Logged, Tenant, cut_off, logged, message, presence, texts
from tests.functions.sockets import Caller, calling


@pytest.fixture
async def gateway(own_nats: NatsServer, tmp_path: Path) -> AsyncIterator[Logged]:
    async with logged(own_nats.url, tmp_path, streams_per_key=60, auth_cache_seconds=0.0) as gateway:
        yield gateway


@dataclass
class Reader:
    """One that follows."""

    lines: AsyncIterator[str]

    async def next(self) -> dict[str, str]:
        """The fields up to the next empty line."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(WITHIN):
            async for line in self.lines:
                if not line and fields:
                    return fields
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = value
        raise EOFError

    async def event(self) -> dict[str, Any]:
        """The next event; what is none is passed over."""
        while True:
            fields = await self.next()
            if "data" in fields:
                event: dict[str, Any] = json.loads(fields["data"])
                assert fields["event"] in {event.get("type"), "end"}
                assert fields.get("id") == event.get("cursor")
                return event

    async def events(self, number: int) -> list[dict[str, Any]]:
        return [await self.event() for _ in range(number)]


@asynccontextmanager
async def following_events(
    gateway: Logged, tenant: Tenant, last: str | None = None, **query: Any
) -> AsyncIterator[Reader]:
    headers = tenant.headers | ({"Last-Event-ID": last} if last else {})
    async with (
        httpx.AsyncClient(base_url=gateway.api.http.base_url, timeout=30) as http,
        http.stream("GET", "/api/events/stream", params=query, headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"] == "text/event-stream"
        yield Reader(answer.aiter_lines())


async def test_events_come_from_a_cursor_on_and_as_they_happen(gateway: Logged) -> None:
    """What was there, then what comes; who comes back with the last id has missed nothing."""
    tenant = await gateway.tenant()
    await gateway.put(tenant, message("0"), message("1"))
    async with following_events(gateway, tenant) as reader:
        assert texts(await reader.events(2)) == ["0", "1"]
        await gateway.put(tenant, message("2"))
        last = await reader.event()
        assert last["data"]["message"] == "2"
    await gateway.put(tenant, message("3"))
    async with following_events(gateway, tenant, last["cursor"], after="latest") as reader:
        await gateway.put(tenant, message("4"))
        assert texts(await reader.events(2)) == ["3", "4"]


async def test_a_stream_has_what_is_asked_for(gateway: Logged) -> None:
    """Types, one session; nothing of another key."""
    tenant, other = await gateway.tenant("one", "two"), await gateway.tenant()
    two = await gateway.api.stores.sessions.named(tenant.key_id, "two")
    assert two is not None
    async with (
        following_events(gateway, tenant, types="message.*", after="latest") as messages,
        following_events(gateway, tenant, sessionId="two", after="latest") as of_two,
    ):
        await gateway.put(other, message("not theirs"))
        await gateway.put(tenant, presence(), message("1"))
        await gateway.put(tenant, message("2"), uid=two.uid)
        assert texts(await messages.events(2)) == ["1", "2"]
        assert texts([await of_two.event()]) == ["2"]


async def test_who_hears_nothing_is_told_where_it_is(gateway: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id without an event, so that a quiet reader's cursor grows no older than a moment."""
    monkeypatch.setattr(following, "QUIET", 0.2)
    tenant = await gateway.tenant()
    async with following_events(gateway, tenant, after="latest") as reader:
        while "id" not in (fields := await reader.next()):
            pass
        assert "data" not in fields
        await gateway.put(tenant, message("1"))
    assert texts(await gateway.all(tenant, after=fields["id"])) == ["1"]


async def test_a_stream_ends_with_its_key(gateway: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says why."""
    monkeypatch.setattr(following, "QUIET", 0.1)
    tenant = await gateway.tenant()
    async with following_events(gateway, tenant, after="latest") as reader:
        await reader.next()
        revoked = await gateway.api.http.post(
            f"/api/admin/apikeys/{tenant.key_id}/revoke", headers={"X-Admin-Key": ADMIN}
        )
        assert revoked.status_code == 200
        end = await reader.event()
        assert end["code"] == "KEY_REVOKED"
        with pytest.raises((EOFError, httpx.ReadError)):
            await reader.next()


async def test_a_stream_goes_on_when_nats_was_away(gateway: Logged, own_nats: NatsServer) -> None:
    """Nothing is missing, and the reader has noticed nothing."""
    tenant = await gateway.tenant()
    async with following_events(gateway, tenant, after="latest") as reader:
        await gateway.put(tenant, message("1"))
        assert texts([await reader.event()]) == ["1"]
        own_nats.kill()
        own_nats.start()
        await gateway.put(tenant, message("2"))
        assert texts([await reader.event()]) == ["2"]


async def test_a_key_has_so_many_streams(own_nats: NatsServer, tmp_path: Path) -> None:
    """The next is told; a place is free again when one ends. A poll that waits is one as well."""
    async with logged(own_nats.url, tmp_path, streams_per_key=1) as gateway:
        tenant, other = await gateway.tenant(), await gateway.tenant()
        async with following_events(gateway, tenant, after="latest"):
            for path, query in (("/api/events/stream", {}), ("/api/events", {"wait": 1})):
                assert (await gateway.refused(tenant, path, **query))["code"] == "TOO_MANY_STREAMS"
            async with following_events(gateway, other, after="latest"):
                pass
        async with asyncio.timeout(WITHIN):
            while True:
                answer = await gateway.api.http.get("/api/events", params={"wait": 1}, headers=tenant.headers)
                if answer.status_code == 200:
                    break


async def test_where_nothing_can_be_streamed_a_poll_waits(own_nats: NatsServer, tmp_path: Path) -> None:
    """As in a Lambda function: 501 with words, and `wait` instead."""
    async with logged(own_nats.url, tmp_path) as gateway:
        tenant = await gateway.tenant()
        app = create_app(gateway.api.settings, streams=False)
        async with (
            running_config(uvicorn.Config(app, lifespan="on", log_level="warning")) as url,
            httpx.AsyncClient(base_url=url, headers=tenant.headers, timeout=30) as http,
        ):
            refused = await http.get("/api/events/stream")
            assert (refused.status_code, refused.json()["code"]) == (501, "NOT_SUPPORTED")
            begun = (await http.get("/api/events", params={"after": "latest"})).json()["next"]
            waiting = asyncio.create_task(http.get("/api/events", params={"after": begun, "wait": 20}))
            await gateway.put(tenant, message("1"))
            assert texts((await waiting).json()["events"]) == ["1"]


async def test_readers_that_take_nothing_cost_nothing_and_are_cut_off(
    gateway: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they do not take is kept for none, others read on meanwhile, and who comes back has missed nothing."""
    monkeypatch.setattr(http_protocol, "TAKEN_WITHIN", 3.0)  # for who takes all of it, too
    tenant = await gateway.tenant()
    async with AsyncExitStack() as stack:
        stuck = [await stack.enter_async_context(_stuck(gateway, tenant)) for _ in range(50)]
        reader = await stack.enter_async_context(following_events(gateway, tenant, after="latest"))
        await gateway.put(tenant, message("begun"))
        begun = [await _taken(each) for each in stuck]
        assert texts([await reader.event()]) == ["begun"]
        memory = psutil.Process().memory_info().rss
        sent = [f"{n} " + "x" * 50_000 for n in range(100)]
        for n in range(0, 100, 20):
            reading = asyncio.create_task(reader.events(20))
            await gateway.put(tenant, *(message(text) for text in sent[n : n + 20]))
            assert texts(await reading) == sent[n : n + 20]
        assert psutil.Process().memory_info().rss - memory < 100 * 1024**2  # 250 MB were on their way to them
        async with asyncio.timeout(WITHIN):
            while await cut_off(gateway) < len(stuck):
                await asyncio.sleep(0.1)
        whole = re.compile(rb"^id: (.{28})\n(?=event.*\ndata: .*\n\n)", re.MULTILINE)
        came = whole.findall(begun[0] + await stuck[0].ended())
        seen = texts(await gateway.all(tenant, after=came[-1].decode()))
        assert 0 < len(seen) == len(sent) - (len(came) - 1)
        assert seen == sent[-len(seen) :]


@asynccontextmanager
async def _stuck(gateway: Logged, tenant: Tenant) -> AsyncIterator[Caller]:
    """A reader with a small window that takes nothing once its stream has begun."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)  # noqa: FBT003 - socket's
    url = gateway.api.http.base_url
    await asyncio.get_running_loop().sock_connect(connection, (url.host, url.port))
    async with calling(gateway.api, host=None, port=None, sock=connection, limit=4096) as caller:
        key = tenant.headers["X-API-Key"]
        asked = f"GET /api/events/stream?after=latest HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n\r\n"
        await caller.say(asked.encode())
        async with asyncio.timeout(WITHIN):
            await caller.reader.readuntil(b"events follow")
        yield caller


async def _taken(caller: Caller) -> bytes:
    """An event that it still takes."""
    async with asyncio.timeout(WITHIN):
        return await caller.reader.readuntil(b"}\n\n")


async def test_a_head_says_that_there_is_a_stream(gateway: Logged) -> None:
    """And is no stream: it counts for none, and ends."""
    tenant = await gateway.tenant()
    for _ in range(70):
        answer = await gateway.api.http.head("/api/events/stream", headers=tenant.headers)
        assert answer.status_code == 200


async def test_the_api_ends_while_streams_are_open(
    own_nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not wait for readers: each goes on elsewhere with its last id."""
    monkeypatch.setattr(program, "_END_WITHIN", 3600)  # for what it waits for
    async with asyncio.timeout(WITHIN):
        async with logged(own_nats.url, tmp_path) as gateway:
            tenant = await gateway.tenant()
            client = httpx.AsyncClient(base_url=gateway.api.http.base_url, timeout=30)
            opened = client.stream("GET", "/api/events/stream", headers=tenant.headers)
            answer = await opened.__aenter__()
            assert answer.status_code == 200
    await client.aclose()
