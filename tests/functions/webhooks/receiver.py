"""Somebody's server that is told of events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Receiver:
    """Keeps what came, and answers as it is told."""

    url: str = ""
    status: int = 200
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Path, headers (lower case) and body of each request."""

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append((request.path, headers, await request.read()))
        return web.Response(status=self.status, text="thanks")


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """One that runs until the block ends."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"http://127.0.0.1:{port}"
    try:
        yield receiver
    finally:
        await runner.cleanup()
