"""Asks the API within this process, as whoever is logged in: no key goes anywhere, not even into the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final
from urllib.parse import unquote

from functions.console.front.visit import Visit
from functions.console.playground.bodies import Brought, body_of
from functions.console.playground.calls import Call
from functions.guards import lend
from functions.http.arriving import declared_size
from functions.http.forms import Part

_WITHIN: Final = 70.0
"""Seconds until an answer has to be there: a send may wait for 60."""
_LISTENED: Final = 5.0
"""Seconds of an answer without end that are shown."""
_MOST: Final = 256 * 1024
"""Bytes of an answer that are shown."""


@dataclass(slots=True)
class Answered:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    body: bytearray = field(default_factory=bytearray)
    took_ms: int = 0
    cut: bool = False
    """Whether there was more."""

    @property
    def media_type(self) -> str:
        """Of the body, as it says."""
        return next((value for name, value in self.headers if name == "content-type"), "")

    @property
    def is_endless(self) -> bool:
        """Whether more comes as long as somebody listens."""
        return self.media_type.startswith("text/event-stream")

    @property
    def text(self) -> str | None:
        """The body to be read; None of what is no text."""
        if not self.body or "json" in self.media_type or self.media_type.startswith("text/"):
            text = self.body.decode("utf-8", "replace")
            return text if self.cut or "json" not in self.media_type else _indented(text)
        return None


async def ask(visit: Visit, call: Call, files: AsyncGenerator[Part] | None = None) -> Answered:
    """The answer of the API, of which no more is kept than can be shown; `files` go to it as they come."""
    brought = body_of(call, files)
    answered, enough, begun, came = Answered(), asyncio.Event(), monotonic(), 0
    over = False

    async def receive() -> dict[str, Any]:
        nonlocal came, over
        piece = None if over else await anext(brought.pieces, None)
        if piece is not None:
            came += len(piece)
            return {"type": "http.request", "body": piece, "more_body": True}
        if not over:
            over = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = [(name.decode(), value.decode("latin-1")) for name, value in message["headers"]]
            if answered.is_endless:
                asyncio.get_running_loop().call_later(_LISTENED, enough.set)
        elif not enough.is_set():
            answered.body += message.get("body", b"")
            if len(answered.body) > _MOST:
                enough.set()

    app: Any = visit.request.app
    asking = asyncio.ensure_future(app(_scope(visit, call, brought), receive, send))
    stopping = asyncio.create_task(enough.wait())
    try:
        before = -1
        while came > before and not (asking.done() or stopping.done()):  # a file may come for longer than that
            before = came
            await asyncio.wait({asking, stopping}, timeout=_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        enough.set()
        await asyncio.wait({asking}, timeout=1.0)
    finally:
        answered.cut = not asking.done() or len(answered.body) > _MOST or answered.is_endless
        asking.cancel()
        stopping.cancel()
        await asyncio.gather(asking, stopping, return_exceptions=True)
        await brought.pieces.aclose()
    del answered.body[_MOST:]
    answered.took_ms = round((monotonic() - begun) * 1000)
    return answered


def _scope(visit: Visit, call: Call, brought: Brought) -> dict[str, Any]:
    """The request, with nothing of the one that asks for it but where that came from."""
    outer: Any = visit.request.scope
    headers = [(name.lower().encode(), value.encode()) for name, value in call.headers.items()]
    headers += [(b"host", outer_host(visit)), (b"accept", b"*/*")]
    if brought.media_type is not None:
        headers.append((b"content-type", brought.media_type.encode()))
    size = brought.size if brought.size is not None else declared_size(visit.request)
    if size is not None:  # of a file no more is known than that it is smaller than the form that brings it
        headers.append((b"content-length", str(size).encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": outer["asgi"],
        "http_version": "1.1",
        "method": call.operation.method,
        "scheme": outer["scheme"],
        "path": unquote(call.path),
        "raw_path": call.path.encode(),
        "query_string": call.query.encode(),
        "root_path": outer.get("root_path", ""),
        "headers": headers,
        "client": outer["client"],
        "server": outer["server"],
        "state": {},
        "extensions": {},
    }
    lend(scope, visit.key, is_admin=visit.is_admin)
    return scope


def outer_host(visit: Visit) -> bytes:
    """The name by which the gateway was asked."""
    return visit.origin.partition("://")[2].encode("latin-1", "replace")


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
