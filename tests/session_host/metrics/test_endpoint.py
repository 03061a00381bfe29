"""Metrics over HTTP."""

import asyncio
import contextlib
import socket
import threading
import time

import httpx
import pytest

from session_host.metrics import endpoint
from session_host.metrics.endpoint import AddressUnusable, served

_WITHIN = 30.0


async def nothing() -> bytes:
    return b"a 1\n"


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::1]:0"])
async def test_the_page_is_served_and_nothing_else(address: str) -> None:
    """With the type that Prometheus wants; the wrong path says the right one."""
    host = address.rpartition(":")[0]
    with served(address, nothing) as port:
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}", timeout=_WITHIN) as http:
            page = await http.get("/metrics")
            assert (page.status_code, page.text) == (200, "a 1\n")
            assert page.headers["Content-Type"].startswith("text/plain; version=")
            assert (await http.get("/")).status_code == 404
            assert (await http.post("/metrics")).status_code == 404
    async with httpx.AsyncClient(timeout=_WITHIN) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{host}:{port}/metrics")


async def test_a_page_that_is_not_made_in_time_is_said() -> None:
    """Prometheus sees an error and not an empty host; the next page is made again."""
    hangs = asyncio.Event()
    ended = asyncio.Event()

    async def page() -> bytes:
        if hangs.is_set():
            return b"b 2\n"
        try:
            await hangs.wait()
        finally:
            ended.set()
        return b""

    with served("127.0.0.1:0", page, made_within=0.1) as port:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=_WITHIN) as http:
            assert (await http.get("/metrics")).status_code == 503
            await asyncio.wait_for(ended.wait(), _WITHIN)  # nobody waits for it any more
            hangs.set()
            async with asyncio.timeout(_WITHIN):
                while (later := await http.get("/metrics")).status_code == 503:  # it has as little time as the first
                    await asyncio.sleep(0.01)
            assert later.text == "b 2\n"


async def test_who_connects_and_says_nothing_holds_nobody_up() -> None:
    """Each connection has its own thread."""
    with served("127.0.0.1:0", nothing) as port, socket.create_connection(("127.0.0.1", port)):
        async with httpx.AsyncClient(timeout=_WITHIN) as http:
            assert (await http.get(f"http://127.0.0.1:{port}/metrics")).status_code == 200


async def test_connections_end_and_are_not_without_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has a thread: beyond sixteen they are closed, and who dribbles a request is closed after a while."""
    monkeypatch.setattr(endpoint, "_ANSWERED_WITHIN", 1.0)
    before = threading.active_count()
    with served("127.0.0.1:0", nothing) as port, contextlib.ExitStack() as stack:
        dribbling = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 10)) for _ in range(30)]
        assert threading.active_count() < before + len(dribbling)
        ended = 0
        deadline = time.monotonic() + _WITHIN
        while ended < len(dribbling):
            assert time.monotonic() < deadline
            ended = sum([await asyncio.to_thread(is_closed, one) for one in dribbling])
        async with httpx.AsyncClient(timeout=_WITHIN) as http:
            assert (await http.get(f"http://127.0.0.1:{port}/metrics")).status_code == 200


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed it; says one letter more."""
    connection.settimeout(0.02)
    try:
        connection.sendall(b"G")
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("listen", ["9464", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:70000", "192.0.2.1:9464", ""])
async def test_an_address_that_is_none_is_said(listen: str) -> None:
    """In words that name the setting."""
    with pytest.raises(AddressUnusable, match="WAGATE_METRICS_LISTEN"), served(listen, nothing):
        pass


async def test_a_port_that_is_taken_is_said() -> None:
    """And not shared."""
    with (
        served("127.0.0.1:0", nothing) as port,
        pytest.raises(AddressUnusable, match="in use"),
        served(f"127.0.0.1:{port}", nothing),
    ):
        pass
