"""What callers leave unfinished has an end, and takes nothing from others. Spoken over bare sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from functions.http import bodies
from functions.server import http_protocol
from functions.server.connections import Connections
from tests.functions.conftest import ADMIN, Api, api_with
from tests.functions.sockets import Caller, calling
from tests.functions.waiting import until

GET = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
async def callers(api: Api) -> AsyncIterator[list[Caller]]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(calling(api)) for _ in range(2)]


async def value(api: Api, name: str) -> float:
    """Of a metric."""
    page = await api.http.get("/metrics", headers={"X-Admin-Key": ADMIN})
    lines = dict(line.rsplit(" ", 1) for line in page.text.splitlines() if not line.startswith("#"))
    return float(lines.get(name, "0"))


async def ended_why(api: Api, why: str) -> float:
    """How many connections ended so."""
    return await value(api, f'wagate_api_connections_ended_total{{why="{why}"}}')


async def counted(api: Api, route: str) -> float:
    """How many requests to it are answered."""
    return await value(api, f'wagate_api_request_seconds_count{{method="GET",route="/{route}"}}')


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-Long: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-Many: short\r\n" * 6_000 + b"\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-Endless: " + b"a" * 300_000,
        b"GET /" + b"a" * 300_000,
    ],
)
async def test_a_head_has_at_most_64_kib(api: Api, callers: list[Caller], head: bytes) -> None:
    """However it is made up, and before it is whole: 431, and nothing more is read."""
    await callers[0].say(head)
    status, told = await callers[0].answer()
    assert (status, told["code"]) == (431, "HEADERS_TOO_LARGE")
    assert await callers[0].ended() == b""
    assert await ended_why(api, "malformed") == 1


async def test_a_large_body_is_no_large_head(api: Api, key: dict[str, str]) -> None:
    """Also where both come in one piece."""
    answer = await api.http.post("/api/send-message", headers=key, json={"number": "x", "message": "a" * 60_000})
    assert answer.json()["code"] == "NUMBER_INVALID"
    answer = await api.http.post("/api/send-message", headers=key, json={"number": "x", "message": "a" * 200_000})
    assert answer.json()["code"] == "TEXT_TOO_LONG"


@pytest.mark.parametrize("said", [b"", b"\r\n", b"GET /hea", b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: a"])
async def test_a_head_that_does_not_come_is_not_waited_for(
    api: Api, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    """Neither the first one nor one after an answer, and not by saying a little now and then."""
    async with calling(api) as later:
        await later.say(GET)
        assert (await later.answer())[0] == 200
        with monkeypatch.context() as soon:
            soon.setattr(http_protocol, "ARRIVES_WITHIN", 0.5)
            async with calling(api) as first:
                for caller in (first, later):
                    talking = asyncio.create_task(dribble(caller, said))
                    told = await caller.ended()
                    talking.cancel()
                    assert told == b"" or b"REQUEST_TIMEOUT" in told
    assert await ended_why(api, "late") == 2


async def dribble(caller: Caller, said: bytes) -> None:
    """Say it, then a byte now and then that makes it no more whole."""
    with contextlib.suppress(OSError):
        await caller.say(said or b"\r\n")
        while said:
            await asyncio.sleep(0.1)  # the pace of the caller, not a wait for something
            await caller.say(b"\r\n" if said == b"\r\n" else b"a")


async def test_what_nobody_reads_of_a_body_is_not_waited_for(
    api: Api, callers: list[Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that was refused, with 30 MB announced, closes its connection."""
    head = b"POST /api/send-message HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n"
    await callers[0].say(head + b"{")
    assert (await callers[0].answer())[0] == 401
    with monkeypatch.context() as soon:
        soon.setattr(http_protocol, "ARRIVES_WITHIN", 0.5)
        talking = asyncio.create_task(dribble(callers[0], b"more"))
        await callers[0].ended()
    talking.cancel()
    assert await ended_why(api, "late") >= 1


async def test_a_caller_that_takes_no_answer_is_let_go(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for more than all buffers hold and reads nothing."""
    monkeypatch.setattr(http_protocol, "TAKEN_WITHIN", 0.5)
    with socket.socket() as small:
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        small.setblocking(False)  # noqa: FBT003
        url = api.http.base_url
        loop = asyncio.get_running_loop()
        await loop.sock_connect(small, (url.host, url.port))
        for asked in range(8, 1_000, 8):
            with contextlib.suppress(OSError):
                await loop.sock_sendall(small, b"GET /schema HTTP/1.1\r\nHost: x\r\n\r\n" * 8)

            async def answered_or_stuck(asked: int = asked) -> bool:
                return await counted(api, "schema") >= asked or await ended_why(api, "not_taken") > 0

            await until(answered_or_stuck)
            if await ended_why(api, "not_taken"):
                break
    assert await ended_why(api, "not_taken") == 1


async def test_requests_may_be_sent_one_behind_the_other_but_not_without_end(api: Api, callers: list[Caller]) -> None:
    """Ten are answered, in their order; a thousand close the connection."""
    await callers[0].say(GET * 9 + b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [(await callers[0].answer())[0] for _ in range(10)] == [200] * 9 + [404]
    with contextlib.suppress(OSError):
        await callers[1].say(GET * 1_000)
    assert (await callers[1].ended()).count(b"alive") < 1_000
    assert await ended_why(api, "malformed") == 1


async def test_what_is_not_http_is_told_so(callers: list[Caller]) -> None:
    """400, in the shape of every other error."""
    await callers[0].say(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    status, told = await callers[0].answer()
    assert (status, told["code"], told["success"]) == (400, "BAD_REQUEST", False)
    await callers[0].ended()


@pytest.mark.parametrize(
    ("limits", "proxies", "kept"),
    [
        ({"connections": 8}, "", 8),
        ({"connections_per_address": 8}, "", 8),
        ({"connections_per_address": 8}, "127.0.0.1", 30),
    ],
)
async def test_who_says_nothing_makes_room(  # noqa: PLR0913, PLR0917 - a row of the table
    nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], proxies: str, kept: int
) -> None:
    """The longest idle is closed for the next one, so that /health is always answered; trusted proxies are many."""
    monkeypatch.setattr(http_protocol, "ARRIVES_WITHIN", 60.0)
    async with (
        api_with(nats_url, tmp_path, trusted_proxies=proxies, **limits) as api,
        contextlib.AsyncExitStack() as on,
    ):
        idle = [await on.enter_async_context(calling(api)) for _ in range(30)]
        async with httpx.AsyncClient(base_url=api.http.base_url, timeout=30) as another:
            assert (await another.get("/health")).status_code == 200
            open_now = [caller for caller in idle if not await closed(caller)]
            assert kept - 2 <= len(open_now) <= kept
            assert all(caller in idle[-len(open_now) :] for caller in open_now)
            assert (await another.get("/health")).status_code == 200


async def closed(caller: Caller) -> bool:
    """Whether the server has closed it."""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        async with asyncio.timeout(0.05):
            await caller.reader.read(1)
    return caller.reader.at_eof() or caller.reader.exception() is not None


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [({"connections": 3}, (503, "OVERLOADED")), ({"connections_per_address": 3}, (429, "TOO_MANY_CONNECTIONS"))],
)
async def test_who_is_at_work_is_not_sent_away(
    nats_url: str, tmp_path: Path, limits: dict[str, int], refusal: tuple[int, str]
) -> None:
    """Where all connections have a request under way the next one is refused; they go on."""
    async with api_with(nats_url, tmp_path) as api:
        key = await api.new_key()
    async with api_with(nats_url, tmp_path, **limits) as api, contextlib.AsyncExitStack() as on:
        busy = [await on.enter_async_context(calling(api)) for _ in range(3)]
        body = b'{"number": "x", "message": "y"}'
        head = f"POST /api/send-message HTTP/1.1\r\nHost: x\r\nX-API-Key: {key['X-API-Key']}\r\n"
        for caller in busy:
            await caller.say(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:5])
        async with calling(api) as refused:
            status, told = await refused.answer()
            assert (status, told["code"]) == refusal
            assert await refused.ended() == b""
        for caller in busy:
            await caller.say(body[5:])
            assert (await caller.answer())[1]["code"] == "NUMBER_INVALID"
        async with calling(api) as after:
            await after.say(GET)
            assert (await after.answer())[0] == 200


async def test_all_bodies_together_have_a_limit(nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those beyond it are told to wait; whoever goes away, or takes too long, gives its room back."""
    async with api_with(nats_url, tmp_path, bodies_limit=100_000) as api:
        key = await api.new_key()
        assert (await api.http.get("/api/sessions", headers=key)).status_code == 200  # the key is known from here on
        head = f"POST /api/send-message HTTP/1.1\r\nHost: x\r\nX-API-Key: {key['X-API-Key']}\r\n"
        part = head.encode() + b"Content-Length: 50000\r\n\r\n" + b"{" + b" " * 45_000

        async def answered() -> httpx.Response:
            body = {"number": "x", "message": "y" * 40_000}
            return await api.http.post("/api/send-message", headers=key, json=body)

        async def begun() -> bool:
            return await value(api, "wagate_api_requests_in_progress") == 3  # this look, too

        async def full() -> bool:
            return (await answered()).status_code == 503

        async def room() -> bool:
            return not await full()

        async with calling(api) as holding, calling(api) as leaving:
            for caller in (holding, leaving):
                await caller.say(part)
            await until(begun)
            await until(full)
            refused = await answered()
            assert (refused.json()["code"], refused.headers["Retry-After"]) == ("OVERLOADED", "1")
            leaving.writer.transport.abort()
            await until(room)
            with monkeypatch.context() as soon:
                soon.setattr(bodies, "_ARRIVES_WITHIN", 0.5)
                async with calling(api) as slow:
                    await slow.say(part)
                    status, told = await slow.answer()
                    assert (status, told["code"]) == (408, "REQUEST_TIMEOUT")
            assert (await answered()).json()["code"] == "NUMBER_INVALID"


class Silent:
    """A connection that a test opens."""

    def __init__(self, connections: Connections, address: str) -> None:
        self.connections, self.address, self.open = connections, address, True

    def make_room(self) -> None:
        self.open = False
        self.connections.gone(self, self.address)


def test_an_address_that_floods_loses_its_own_first() -> None:
    """Whoever has few connections keeps them; an IPv6 /64 is one address; what is gone is not counted."""
    lost: list[str] = []
    connections = Connections(100, 10, lost=lost.append)
    quiet = Silent(connections, "192.0.2.1")
    assert connections.admit(quiet, quiet.address) is None
    flood = [Silent(connections, f"2001:db8::{number:x}") for number in range(50)]
    assert [connections.admit(one, one.address) for one in flood] == [None] * 50
    assert [one.open for one in flood] == [False] * 40 + [True] * 10
    assert quiet.open
    assert (connections.count, lost) == (11, ["address"] * 40)
    for one in flood[40:]:
        connections.gone(one, one.address)
    assert connections.count == 1
