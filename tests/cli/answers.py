"""A server that answers what a test tells it to: gateways that are none, or that break off."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG_UP = None
"""Close the connection without an answer."""


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server = self.server
        assert isinstance(server, Scripted)
        said = len(body) if self.headers.get("Content-Type") != "application/json" else json.loads(body)
        server.requests.append((self.command, self.path, dict(self.headers), said or None))
        status, text = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        if text is HANG_UP:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names http.server looks for

    def log_message(self, format: str, *args) -> None:  # noqa: A002 - http.server's
        """Say nothing."""


class Scripted(ThreadingHTTPServer):
    """Answers with the script's entries in order, the last one for ever.

    Keeps what was asked: method, path, headers, and the body as JSON, or how many bytes another one has.
    """

    def __init__(self, script: list[tuple[int, bytes | None]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.requests: list[tuple[str, str, dict[str, str], object]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def answering(*script: tuple[int, object]) -> Generator[Scripted]:
    """A server with this script: statuses and bodies (JSON, raw bytes, or HANG_UP)."""
    raw = [
        (status, body if body is HANG_UP or isinstance(body, bytes) else json.dumps(body).encode())
        for status, body in script
    ]
    with Scripted(raw) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
