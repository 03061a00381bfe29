"""GET /api/events/ws: events over a WebSocket, acknowledged if one likes, and an end that says where to go on."""

import asyncio
import gc
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import pytest_asyncio
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from functions import program
from functions.app import create_app
from functions.events import following, window
from functions.events import socket as speaking
from functions.server import web_socket
from tests.emulators import servers
from tests.emulators.nats_process import NatsServer
from tests.functions.conftest import ADMIN, running_config
from tests.functions.events.logged import WITHIN, Logged, Tenant, cut_off, logged, message, presence, texts

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Logged]:
    folder = tmp_path_factory.mktemp("gateway")
    with servers.nats_server(jetstream=True) as nats:
        async with logged(nats.url, folder, streams_per_key=60, auth_cache_seconds=0.0) as gateway:
            yield gateway


def opening(gateway: Logged, headers: dict[str, str], **query: Any) -> connect:
    """A WebSocket that is about to be opened."""
    url = str(gateway.api.http.base_url.copy_with(scheme="ws", path="/api/events/ws")).rstrip("/")
    asked = httpx.QueryParams(query)
    return connect(f"{url}?{asked}", additional_headers=headers, proxy=None, compression=None)


async def said(ws: ClientConnection) -> dict[str, Any]:
    """The next text."""
    async with asyncio.timeout(WITHIN):
        found: dict[str, Any] = json.loads(await ws.recv())
    return found


async def events(ws: ClientConnection, number: int) -> list[dict[str, Any]]:
    """The next events; what is none is passed over."""
    found: list[dict[str, Any]] = []
    while len(found) < number:
        one = await said(ws)
        assert one["type"] != "end", one
        if "data" in one:
            found.append(one)
    return found


async def ended(ws: ClientConnection) -> tuple[dict[str, Any], int]:
    """What is said at the end, and the code with which it is closed."""
    last: dict[str, Any] = {}
    try:
        while True:
            last = await said(ws)
    except ConnectionClosed as closed:
        return last, closed.rcvd.code if closed.rcvd else 0


async def refused(opened: connect) -> tuple[int, str]:
    """The status and the code of a handshake that fails."""
    with pytest.raises(InvalidStatus) as answer:
        await opened
    return answer.value.response.status_code, json.loads(answer.value.response.body or b"{}")["code"]


async def test_events_come_from_a_cursor_on_and_as_they_happen(gateway: Logged) -> None:
    """In the form of GET /api/events; what is of another type, session or key does not come."""
    tenant, other = await gateway.tenant("one", "two"), await gateway.tenant()
    await gateway.put(tenant, message("0"), presence(), message("1"))
    async with opening(gateway, tenant.headers, types="message.*") as ws:
        begin = await said(ws)
        assert begin["type"] == "begin"
        found = await events(ws, 2)
        assert found == [each for each in await gateway.all(tenant) if each["type"] == "message.received"]
        await gateway.put(other, message("not theirs"))
        await gateway.put(tenant, message("2"))
        assert texts(await events(ws, 1)) == ["2"]
    assert texts(await gateway.all(tenant, after=begin["cursor"], types="message.*")) == ["0", "1", "2"]
    async with opening(gateway, tenant.headers, after=found[0]["cursor"], sessionId="one") as ws:
        assert texts(await events(ws, 3)) == [None, "1", "2"]


async def test_a_browser_gives_its_key_as_the_first_message(gateway: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can send no header; a wrong key, none in time, and one without the scope are told as an answer would tell."""
    tenant = await gateway.tenant()
    sender = await gateway.tenant(scopes=("messages:send",))
    await gateway.put(tenant, message("1"))
    async with opening(gateway, {}) as ws:
        await ws.send(json.dumps({"key": tenant.headers["X-API-Key"]}))
        assert texts(await events(ws, 1)) == ["1"]
    for key, code, closed in (
        ("wa_nothing", "KEY_INVALID", 4403),
        (sender.headers["X-API-Key"], "SCOPE_MISSING", 4403),
    ):
        async with opening(gateway, {}) as ws:
            await ws.send(json.dumps({"key": key}))
            end, status = await ended(ws)
            assert (end["type"], end["code"], status) == ("end", code, closed)
    monkeypatch.setattr(speaking, "KEY_WITHIN", 0.1)
    async with opening(gateway, {}) as ws:
        assert (await ended(ws))[1] == 4401


async def test_what_is_wrong_at_first_is_answered_as_any_request_is(gateway: Logged) -> None:
    """Before there is a WebSocket; one that is not asked for is told what is spoken here."""
    tenant = await gateway.tenant()
    assert await refused(opening(gateway, {"X-API-Key": "wa_nothing"})) == (403, "KEY_INVALID")
    assert await refused(opening(gateway, {}, api_key="wa_nothing")) == (401, "KEY_MISSING")
    assert await refused(opening(gateway, tenant.headers, after="nonsense")) == (422, "CURSOR_INVALID")
    assert await refused(opening(gateway, tenant.headers, window=0)) == (400, "BAD_REQUEST")
    assert await refused(opening(gateway, tenant.headers, sessionId="other")) == (404, "SESSION_NOT_FOUND")
    assert (await gateway.refused(tenant, "/api/events/ws"))["code"] == "UPGRADE_REQUIRED"
    elsewhere = {**tenant.headers, "Connection": "Upgrade", "Upgrade": "websocket"}
    assert (await gateway.api.http.get("/api/events", headers=elsewhere)).status_code == 200


async def test_a_window_waits_for_what_is_acknowledged(gateway: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many are on their way; who acknowledges nothing is told where to go on, and misses nothing."""
    tenant = await gateway.tenant()
    await gateway.put(tenant, *(message(str(n)) for n in range(8)))
    async with opening(gateway, tenant.headers, window=3) as ws:
        first = await events(ws, 3)
        monkeypatch.setattr(window, "ACKED_WITHIN", 0.5)  # of what is sent next
        await ws.send(json.dumps({"ack": first[1]["cursor"]}))
        await ws.send(json.dumps({"ack": first[0]["cursor"]}))  # says nothing any more
        assert texts(await events(ws, 2)) == ["3", "4"]
        end, status = await ended(ws)
        assert (end["code"], end["next"], status) == ("EVENTS_NOT_TAKEN", first[1]["cursor"], 4408)
    assert texts(await gateway.all(tenant, after=end["next"])) == ["2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize("words", ["nonsense", '{"ack": 7}', '{"ack": "x"}', "[]"])
async def test_what_means_nothing_ends_it_with_words(gateway: Logged, words: str) -> None:
    """So does an acknowledgement of what was not sent yet."""
    tenant = await gateway.tenant()
    async with opening(gateway, tenant.headers) as ws:
        await said(ws)
        await ws.send(words)
        assert (await ended(ws))[1] in {4400, 4422}


async def test_what_was_not_sent_is_not_acknowledged(gateway: Logged) -> None:
    """A cursor from elsewhere that is further than what came."""
    tenant = await gateway.tenant()
    await gateway.put(tenant, message("1"), message("2"))
    last = (await gateway.all(tenant))[-1]["cursor"]
    async with opening(gateway, tenant.headers, window=1) as ws:
        assert texts(await events(ws, 1)) == ["1"]
        await ws.send(json.dumps({"ack": last}))
        end, status = await ended(ws)
        assert (end["code"], status) == ("CURSOR_INVALID", 4422)


async def test_who_hears_nothing_is_told_where_it_is_and_ends_with_its_key(
    gateway: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place is acknowledged as an event is; a revoked key closes it."""
    monkeypatch.setattr(following, "QUIET", 0.1)
    tenant = await gateway.tenant()
    async with opening(gateway, tenant.headers, after="latest", window=1) as ws:
        while (place := await said(ws))["type"] != "place":
            pass
        await ws.send(json.dumps({"ack": place["cursor"]}))
        await gateway.api.http.post(f"/api/admin/apikeys/{tenant.key_id}/revoke", headers={"X-Admin-Key": ADMIN})
        end, status = await ended(ws)
        assert (end["code"], end["next"] is not None, status) == ("KEY_REVOKED", True, 4403)


async def test_it_counts_among_the_streams_of_its_key(own_nats: NatsServer, tmp_path: Path) -> None:
    """A place is free again when it ends, however it does."""
    async with logged(own_nats.url, tmp_path, streams_per_key=1) as gateway:
        tenant = await gateway.tenant()
        async with opening(gateway, tenant.headers) as ws:
            await said(ws)
            assert await refused(opening(gateway, tenant.headers)) == (429, "TOO_MANY_STREAMS")
            refusal = await gateway.refused(tenant, "/api/events/stream")
            assert refusal["code"] == "TOO_MANY_STREAMS"
            ws.transport.abort()
        async with asyncio.timeout(WITHIN):
            while True:
                try:
                    async with opening(gateway, tenant.headers):
                        break
                except InvalidStatus:
                    pass


async def test_readers_that_take_nothing_cost_nothing_and_are_cut_off(
    gateway: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they do not take is kept for none, others read on meanwhile, and who comes back has missed nothing."""
    monkeypatch.setattr(web_socket, "TAKEN_WITHIN", 3.0)  # for who takes all of it, too
    tenant, before = await gateway.tenant(), await cut_off(gateway)
    async with AsyncExitStack() as stack:
        stuck = [await stack.enter_async_context(_stuck(gateway, tenant)) for _ in range(20)]
        reader = await stack.enter_async_context(opening(gateway, tenant.headers, after="latest"))
        await said(reader)
        memory = psutil.Process().memory_info().rss
        sent = [f"{n} " + "x" * 50_000 for n in range(40)]
        for n in range(0, 40, 20):
            reading = asyncio.create_task(events(reader, 20))
            await gateway.put(tenant, *(message(text) for text in sent[n : n + 20]))
            assert texts(await reading) == sent[n : n + 20]
        assert psutil.Process().memory_info().rss - memory < 25 * 1024**2  # 40 MB were on their way to them
        async with asyncio.timeout(WITHIN):
            while await cut_off(gateway) < before + len(stuck):
                await asyncio.sleep(0.1)
        assert all(came < 40 for came in await asyncio.gather(*map(_until_closed, stuck)))


@asynccontextmanager
async def _stuck(gateway: Logged, tenant: Tenant) -> AsyncGenerator[socket.socket]:
    """A reader with a small window that takes nothing once the handshake is over."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)  # noqa: FBT003 - socket's
        url, loop = gateway.api.http.base_url, asyncio.get_running_loop()
        await loop.sock_connect(connection, (url.host, url.port))
        key = tenant.headers["X-API-Key"]
        lines = ("GET /api/events/ws?after=latest HTTP/1.1", "Host: x", f"X-API-Key: {key}", "Connection: Upgrade")
        more = (
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "",
        )
        await loop.sock_sendall(connection, "\r\n".join((*lines, *more)).encode())
        async with asyncio.timeout(WITHIN):
            assert b" 101 " in await loop.sock_recv(connection, 16)
        yield connection


async def _until_closed(connection: socket.socket) -> int:
    """How many events come before it is cut off."""
    loop, came = asyncio.get_running_loop(), b""
    async with asyncio.timeout(WITHIN):
        try:
            while part := await loop.sock_recv(connection, 1 << 16):
                came += part
        except ConnectionResetError:
            pass
    return came.count(b'"type":"message.received"')


async def test_the_api_ends_while_one_is_open(
    own_nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so and does not wait: each goes on elsewhere with its last cursor."""
    monkeypatch.setattr(program, "_END_WITHIN", 3600)  # for what it waits for
    async with asyncio.timeout(WITHIN):
        async with logged(own_nats.url, tmp_path) as gateway:
            tenant = await gateway.tenant()
            ws = await opening(gateway, tenant.headers)
            await said(ws)
        assert (await ended(ws))[1] == 1012


async def test_where_nothing_can_be_streamed_it_says_so(own_nats: NatsServer, tmp_path: Path) -> None:
    """As in a Lambda function: 501 with words."""
    async with logged(own_nats.url, tmp_path) as gateway:
        tenant = await gateway.tenant()
        app = create_app(gateway.api.settings, streams=False)
        async with (
            running_config(uvicorn.Config(app, lifespan="on", log_level="warning")) as url,
            httpx.AsyncClient(base_url=url, headers=tenant.headers, timeout=30) as http,
        ):
            answer = await http.get("/api/events/ws")
            assert (answer.status_code, answer.json()["code"]) == (501, "NOT_SUPPORTED")


async def test_one_who_connects_later_keeps_nothing_alive(gateway: Logged) -> None:
    """What is alive is taken out of the garbage collector's sight by the first one alone, which loads the module."""
    tenant = await gateway.tenant()
    frozen = []
    for _ in range(3):
        async with opening(gateway, tenant.headers) as ws:
            await said(ws)
        frozen.append(gc.get_freeze_count())
    assert frozen[1] == frozen[2]


async def test_its_connection_is_counted_until_it_ends(own_nats: NatsServer, tmp_path: Path) -> None:
    """As every other is; those that others had opened may still be about to end."""
    async with logged(own_nats.url, tmp_path) as gateway:
        tenant = await gateway.tenant()

        async def count() -> int:
            page = (await gateway.api.http.get("/metrics", headers={"X-Admin-Key": ADMIN})).text
            (found,) = (line for line in page.splitlines() if line.startswith("wagate_api_connections "))
            return round(float(found.split()[1]))

        assert await count() == 1
        async with opening(gateway, tenant.headers) as ws:
            await said(ws)
            assert await count() == 2
        async with asyncio.timeout(WITHIN):
            while await count() != 1:
                pass
