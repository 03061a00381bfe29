"""The servers that store and messaging tests run against, as context managers that clean up behind them.

Which for what: moto for contract suites; ministack for what many processes write at once (moto 5.2.5 ignores
ClientRequestToken). Neither ever drops a row whose TTL has passed.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import socket
import tempfile
import threading
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from tests.emulators.nats_cluster import NatsCluster
from tests.emulators.nats_process import NatsServer
from tests.emulators.process import ServerFailedError, ServerProcess, listening_socket

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HERE = Path(__file__).parent
MINISTACK_PYTHON = HERE / ".venv" / "bin" / "python"


@contextlib.contextmanager
def moto_server() -> Generator[str]:
    """Yield the endpoint of a moto server (DynamoDB, S3 and more) that runs in a thread of this process.

    Its state is this process' own: two moto servers of one process share tables and buckets.
    """
    app = _OneAtATime(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever, name="moto", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def ministack_server() -> Generator[str]:
    """Yield the endpoint of a new, empty ministack (DynamoDB, S3 and more) in a process of its own.

    Raises:
        ServerFailedError: it is not installed, or did not answer in time.
    """
    if not MINISTACK_PYTHON.exists():
        raise ServerFailedError(
            "ministack is not installed: run `make test`, or `uv sync --frozen --project tests/emulators`"
        )
    with tempfile.TemporaryDirectory(prefix="wagate-ministack-") as folder:
        with listening_socket() as listener:
            port = listener.getsockname()[1]
            process = _start_ministack(Path(folder), listener)
        try:
            process.wait_until(lambda: _is_ready(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stop()


@contextlib.contextmanager
def nats_server(*, jetstream: bool = False, config: str | None = None) -> Generator[NatsServer]:
    """Yield a running nats-server that accepts clients on a free port of 127.0.0.1.

    Args:
        jetstream: turn JetStream on, its files in a folder that lasts as long as this context.
        config: text of a nats-server configuration file, for users, permissions or TLS; without the address, the
            port and the JetStream folder, which the command line gives.
    """
    with tempfile.TemporaryDirectory(prefix="wagate-nats-") as folder:
        server = NatsServer(folder=Path(folder), jetstream=jetstream, config=config)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def nats_cluster() -> Generator[NatsCluster]:
    """Yield three nats-servers with JetStream that have found each other."""
    with tempfile.TemporaryDirectory(prefix="wagate-nats-") as folder:
        cluster = NatsCluster.in_folder(Path(folder))
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


class _OneAtATime:
    """Has moto answer one request after the other.

    A condition and its write are one thing for DynamoDB and S3. For moto 5.2.5 they are two: of two requests at once
    both found a row as each had asked for, and acknowledged writes were lost.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if length := int(environ.get("CONTENT_LENGTH") or 0):  # before its turn: whoever is slow keeps nobody waiting
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        with self._lock:
            return list(self._app(environ, start_response))


def _start_ministack(folder: Path, listener: socket.socket) -> ServerProcess:
    """Start ministack on a socket that listens already; everything it writes goes below ``folder``."""
    server = ["-m", "hypercorn", "ministack.app:app", "--workers", "0", "--keep-alive", "75"]
    environment = {
        "PATH": os.defpath,
        "TMPDIR": str(folder),
        "HOME": str(folder),
        "GATEWAY_PORT": str(listener.getsockname()[1]),  # for the addresses in its answers
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",  # it would open a port on every interface
        "SFTP_ENABLED": "0",  # likewise
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "LOG_LEVEL": "WARNING",
    }
    return ServerProcess.start(
        [MINISTACK_PYTHON, *server, "--bind", f"fd://{listener.fileno()}"],
        log=folder / "log",
        env=environment,
        pass_fds=[listener.fileno()],
    )


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == http.client.OK
    except (ConnectionError, TimeoutError, http.client.HTTPException):
        return False
    finally:
        connection.close()
