"""Serves a host's metrics over HTTP to whoever reaches the address: keep it inside."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine, Generator, Iterable
from concurrent.futures import TimeoutError as NotInTime
from contextlib import contextmanager, suppress
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from typing_extensions import override

_log = structlog.get_logger()

MADE_WITHIN = 5.0
"""Seconds: all shards are asked at once and have two."""
_REQUEST_WITHIN = 5.0
"""Seconds in which something of a request has to arrive."""
_ANSWERED_WITHIN = 15.0
"""Seconds for a connection from its beginning to its end, however it passes them: each has a thread."""
_AT_ONCE = 16
"""Connections; whoever watches has one or two."""


class AddressUnusable(Exception):  # noqa: N818 - it says what is
    """Metrics cannot be served there."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    @override
    def __init__(self, *of_socketserver: Any) -> None:
        self._open: dict[Any, float] = {}
        super().__init__(*of_socketserver)

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        if len(self._open) >= _AT_ONCE:
            super().shutdown_request(request)
            return
        self._open[request] = time.monotonic()
        super().process_request(request, client_address)

    @override
    def shutdown_request(self, request: Any) -> None:
        self._open.pop(request, None)
        super().shutdown_request(request)

    @override
    def service_actions(self) -> None:
        """Twice a second: end what takes too long. Its thread sees the end of its connection."""
        late = time.monotonic() - _ANSWERED_WITHIN
        for request in [request for request, began in list(self._open.items()) if began < late]:
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    @override
    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # the classes between look the address up in the DNS, which may take long
        self.server_name, self.server_port = "", self.server_address[1]
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    timeout = _REQUEST_WITHIN

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: somebody asks every few seconds."""


@contextmanager
def served(
    listen: str, page: Callable[[], Coroutine[Any, Any, bytes]], *, made_within: float = MADE_WITHIN
) -> Generator[int]:
    """Serve `GET /metrics` on threads of its own while the context lasts; the port. To be entered on the event loop.

    Args:
        listen: `address:port`; port 0 is any free one.
        page: makes the answer, on that loop.
        made_within: seconds it has for that.

    Raises:
        AddressUnusable: it is none, or something else listens there.
    """
    loop = asyncio.get_running_loop()

    def answer(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environment["PATH_INFO"] != "/metrics" or environment["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Ask GET /metrics.\n"]
        making = asyncio.run_coroutine_threadsafe(page(), loop)
        try:
            body = making.result(made_within)
        except NotInTime as error:  # the loop hangs, or is ending
            making.cancel()
            _log.warning("metrics_not_made", error=repr(error))
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"The session host does not answer.\n"]
        start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [body]

    server = _bound(listen, answer)
    thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(_REQUEST_WITHIN)


def _bound(listen: str, answer: WSGIApplication) -> _Server:
    address, _, port = listen.rpartition(":")
    address = address.strip("[]")

    class Server(_Server):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

    try:
        if not address:
            raise ValueError("it names no address")  # noqa: TRY301 - said with the others
        return make_server(address, int(port), answer, Server, handler_class=_Quiet)
    except (OSError, ValueError, OverflowError) as error:
        raise AddressUnusable(
            f"Metrics cannot be served at {listen!r} ({error}): set WAGATE_METRICS_LISTEN to an address and a free "
            "port, as in 127.0.0.1:9464."
        ) from error
