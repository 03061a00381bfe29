"""The servers that store and messaging tests run against, as context managers that clean up behind them.

Which for what: moto for contract suites; ministack for whatever is concurrent (moto 5.2.5 answers concurrent
transactions with 500s and loses acknowledged writes, and it ignores ClientRequestToken). Neither ever drops a row
whose TTL has passed.
"""

import contextlib
import http.client
import os
import socket
import tempfile
from collections.abc import Generator
from pathlib import Path

from moto.server import ThreadedMotoServer

from tests.emulators.nats_cluster import NatsCluster
from tests.emulators.nats_process import NatsServer
from tests.emulators.process import ServerFailedError, ServerProcess, listening_socket

HERE = Path(__file__).parent
MINISTACK_PYTHON = HERE / ".venv" / "bin" / "python"


@contextlib.contextmanager
def moto_server() -> Generator[str]:
    """Yield the endpoint of a moto server (DynamoDB, S3 and more) that runs in a thread of this process.

    Its state is this process' own: two moto servers of one process share tables and buckets.
    """
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


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
    except (ConnectionError, TimeoutError):
        return False
    finally:
        connection.close()
