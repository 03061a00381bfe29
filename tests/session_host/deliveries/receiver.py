"""Who gets webhooks: a server that notes what comes, and answers as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

WITHIN = 60.0


@dataclass
class Got:
    """One request."""

    id: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.body)
        return found


Answer = Callable[[web.Request, bytes], Awaitable[web.StreamResponse] | web.StreamResponse | int]


@dataclass
class Receiver:
    """It answers 200 until `answer` is another one."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answer: Answer = lambda _request, _body: 200
    at_once: int = 0
    most_at_once: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer = self.answer(request, body)
            if isinstance(answer, Awaitable):
                answer = await answer
            response = web.Response(status=answer, text="said") if isinstance(answer, int) else answer
        finally:
            self.at_once -= 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append(Got(headers.get("webhook-id", ""), headers, body, response.status))
        self._changed.set()
        return response

    @property
    def taken(self) -> list[Got]:
        """Those that it answered with a success."""
        return [got for got in self.got if got.status < 300]

    def texts(self) -> list[str]:
        """What the messages say that it took, each once, in the order in which they came first."""
        return list(dict.fromkeys(str(got.event["data"].get("message")) for got in self.taken))

    async def until(self, done: Callable[[], object], within: float = WITHIN) -> None:
        """Return when what came is enough."""
        async with asyncio.timeout(within):
            while not done():
                self._changed.clear()
                if not done():
                    await self._changed.wait()


@asynccontextmanager
async def receiver(port: int = 0) -> AsyncIterator[Receiver]:
    """One that listens while the context lasts; `port`: one that is held for it (`tests.ports`)."""
    one = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", one.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_port=bool(port))
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/in"
    try:
        yield one
    finally:
        await runner.cleanup()
