"""A server in front of the gateway on which requests and answers get lost, as ordered."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import httpx

Fault = Literal["answer is lost", "502 of a proxy", "429", "wait an hour"]
_AS_IT_COMES = {"connection", "content-length", "transfer-encoding", "content-encoding", "host", "accept-encoding"}


@dataclass
class Passed:
    """A request that came by."""

    method: str
    path: str
    key: str | None
    """Its Idempotency-Key."""


@dataclass
class BadWay:
    """The way: `faults` happen to the next requests, one to each."""

    url: str
    faults: list[Fault] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    @classmethod
    @contextmanager
    def to(cls, gateway: str) -> Generator[BadWay]:
        """A server that hands on to the gateway."""
        with httpx.Client(base_url=gateway, timeout=60) as behind:
            server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
            server.daemon_threads = True
            way = server.way = cls(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
            server.behind = behind  # type: ignore[attr-defined]
            serving = threading.Thread(target=server.serve_forever, args=(0.05,))
            serving.start()
            yield way
            server.shutdown()
            serving.join(10)
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def _serve(self) -> None:
        way: BadWay = self.server.way  # type: ignore[attr-defined]
        way.passed.append(Passed(self.command, self.path, self.headers.get("Idempotency-Key")))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = way.faults.pop(0) if way.faults else None
        if fault == "502 of a proxy":
            self._answer(502, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>")
        elif fault in {"429", "wait an hour"}:
            wait = "1" if fault == "429" else "3600"
            told = (
                b'{"success": false, "code": "TOO_MANY_REQUESTS", "error": "Slowly.", "requestId": "req_1", "more": 1}'
            )
            self._answer(429, {"Content-Type": "application/json", "Retry-After": wait}, told)
        else:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _AS_IT_COMES}
            answer = self.server.behind.request(self.command, self.path, content=body, headers=headers)  # type: ignore[attr-defined]
            if fault == "answer is lost":
                self.close_connection = True
            else:
                self._answer(answer.status_code, dict(answer.headers), answer.content)

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _AS_IT_COMES:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names
