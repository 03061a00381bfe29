"""An answer leaves in one write, and is the same HTTP as ever. Spoken over bare sockets."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from functions.server.connections import Connections
from functions.server.http_protocol import protocol
from tests.functions.conftest import Api, running_config

WITHIN = 20.0
_INFO, _SEGMENTS = 192, 152
"""Bytes of Linux' `struct tcp_info`, and where `tcpi_data_segs_in` is in it."""

Application = Callable[[Any, Any, Any], Awaitable[None]]
Heads = list[tuple[bytes, bytes]]


def answering(*pieces: bytes, status: int = 200, headers: Heads | None = None, ends: bool = True) -> Application:
    """An application that reads the body and answers with these pieces; one that does not end fails behind them."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while scope["method"] == "POST" and (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": status, "headers": headers or []})
        for place, piece in enumerate(pieces):
            more = not ends or place < len(pieces) - 1
            await send({"type": "http.response.body", "body": piece, "more_body": more})
        if not ends:
            raise RuntimeError("it cannot go on")

    return application


@asynccontextmanager
async def serving(application: Application) -> AsyncIterator[int]:
    """The port of a server of this application."""
    connections = Connections(100, 100)
    config = uvicorn.Config(
        application, http=protocol(connections, lambda _: None), lifespan="off", ws="none", log_level="critical"
    )
    async with running_config(config) as url:
        yield int(url.rpartition(":")[2])


async def said(port: int, *parts: bytes, answers: int = 1) -> list[bytes]:
    """Say these things on one connection; what was there to read after each, and in the end all of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got: list[bytes] = []
    async with asyncio.timeout(WITHIN):
        for part in parts[:-1]:
            writer.write(part)
            got.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(parts[-1])
        everything = b""
        while everything.count(b"HTTP/1.1 ") < answers or not _whole(everything):
            piece = await reader.read(65_536)
            if not piece:
                break
            everything += piece
    writer.close()
    return [*got, everything]


def _whole(answers: bytes) -> bool:
    """Whether the last of these answers has come whole; of HEAD and 204 it has no body."""
    head, _, body = answers[answers.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    length = next((int(line.split(b": ")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length")), 0)
    return bool(head) and (len(body) >= length or b"x-head" in head)


@pytest.mark.parametrize("path", ["/health", "/nothing", "/schema"])
async def test_an_answer_is_one_segment(api: Api, path: str) -> None:
    """As the caller's kernel counts what came; a large one is as many as it takes, and none more for its head."""
    url = api.http.base_url
    with socket.create_connection((url.host, url.port), timeout=WITHIN) as connection:
        connection.settimeout(0)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connection, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        async with asyncio.timeout(WITHIN):
            while piece := await loop.sock_recv(connection, 1_000_000):
                answer += piece
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
    (segments,) = struct.unpack_from("I", info, _SEGMENTS)
    assert answer.startswith(b"HTTP/1.1 ")
    assert segments == 1 if len(answer) < 10_000 else segments >= 1


async def test_head_has_a_head_and_no_body(api: Api) -> None:
    """It is sent although nothing follows it, and the connection is good for another request."""
    url = api.http.base_url
    head, rest = await said(
        url.port or 0, b"HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    assert head.startswith(b"HTTP/1.1 200")
    assert rest.startswith(b"HTTP/1.1 200")
    assert rest.endswith(b"}")


async def test_an_answer_without_content_ends_with_its_head() -> None:
    """204, and a body of no bytes."""
    async with serving(answering(b"", status=204)) as port:
        first, second = await said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 204")
    assert second.startswith(b"HTTP/1.1 204")
    assert second.endswith(b"\r\n\r\n")
    async with serving(answering(b"", headers=[(b"content-length", b"0")])) as port:
        (answer,) = await said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"content-length: 0\r\n\r\n")


async def test_pieces_follow_in_chunks() -> None:
    """Of an answer whose length nobody said."""
    async with serving(answering(b"one", b"", b"three")) as port:
        (answer,) = await said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n")


async def test_pieces_of_a_known_length_follow_as_they_are() -> None:
    """The first with the head, the others behind it."""
    async with serving(answering(b"one", b"two", headers=[(b"content-length", b"6")])) as port:
        (answer,) = await said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"\r\n\r\nonetwo")


async def test_requests_sent_ahead_are_answered_in_order() -> None:
    """Each with an answer of its own."""
    requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(5))

    async def path(scope: Any, _receive: Any, send: Any) -> None:
        body = scope["raw_path"]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": body})

    async with serving(path) as port:
        (answers,) = await said(port, requests, answers=5)
    assert [answer[-2:] for answer in answers.split(b"HTTP/1.1 ")[1:]] == [b"/0", b"/1", b"/2", b"/3", b"/4"]


async def test_a_caller_who_asks_first_is_told_to_go_on() -> None:
    """`Expect: 100-continue` is answered before the body comes, not kept for the answer."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    async with serving(answering(b"taken", headers=[(b"content-length", b"5")])) as port:
        go_on, answer = await said(port, head, b"body")
    assert go_on == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"taken")


async def test_who_closes_has_all_of_the_answer() -> None:
    """`Connection: close`, and an application that fails in its answer: what it said comes, then the end."""
    async with serving(answering(b"all", headers=[(b"content-length", b"3")])) as port:
        (answer,) = await said(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"connection: close\r\n\r\nall")
    async with serving(answering(headers=[(b"content-length", b"3")], ends=False)) as port:
        (answer,) = await said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"content-length: 3\r\n\r\n")
