"""Who gets webhooks in a benchmark: a process of its own, which says when what came, or only how many."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, cast

import orjson
import uvloop
from aiohttp import web
from typing_extensions import override

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_WELL = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
_ELSEWHERE = 19


def _receive(pipe: Connection) -> None:
    """A receiver in a process of its own: what came when, by what the message says. `/slow` takes 15 s."""
    came: dict[tuple[str, str], float] = {}
    last: list[Any] = [None]

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if request.path == "/slow":
            await asyncio.sleep(15)
        elif b"message" in body:
            text = orjson.loads(body)["data"].get("message") or ""
            came.setdefault((request.path, text), time.time())
            last[0] = request.headers, body
        return web.Response()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        while True:
            asked = await asyncio.to_thread(pipe.recv)
            if asked == "end":
                return
            if asked == "last":
                headers, body = last[0]
                pipe.send((dict(headers), body))
                continue
            pipe.send(len(came) if asked == "count" else dict(came))
            if asked == "take":
                came.clear()

    with suppress(EOFError):
        asyncio.run(serve())


class Receiver:
    """That process."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.port: int = pipe.recv()

    def ask(self, what: str) -> Any:  # noqa: ANN401 - a number or a table
        """`count`, all that one that counts knows; `take`: when what came; `last`: headers and body of the last one."""
        self._pipe.send(what)
        return self._pipe.recv()

    async def until(self, count: int, within: float = 120.0) -> None:
        """Return when so many came."""
        async with asyncio.timeout(within):
            while self.ask("count") < count:
                await asyncio.sleep(0.02)


class _Counter(asyncio.Protocol):
    """A connection that is answered for as little as can be."""

    def __init__(self, count: Callable[[], None]) -> None:
        self._count = count
        self._came = bytearray()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class

    @override
    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if end else None
        if length is not None and len(body) >= int(length[1]):  # nobody sends another one before the answer
            self._came.clear()
            self._count()
            self._transport.write(_WELL)


def _count(pipe: Connection) -> None:
    """A receiver that stands for another machine: it knows only how many came, and has what the others leave."""
    came = 0

    def one() -> None:
        nonlocal came
        came += 1

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Counter(one), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        while await asyncio.to_thread(pipe.recv) != "end":
            pipe.send(came)

    os.nice(_ELSEWHERE)
    with suppress(EOFError):
        uvloop.run(serve())


@contextmanager
def receiving(*, counting: bool = False) -> Iterator[Receiver]:
    """A receiver while the context lasts; `counting`: one that stands for another machine, and only counts."""
    ours, theirs = multiprocessing.Pipe()
    receive = _count if counting else _receive
    process = multiprocessing.get_context("spawn").Process(target=receive, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Receiver(ours)
    finally:
        process.kill()
        process.join()
