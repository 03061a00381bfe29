"""LocalStack 4.9.2 as a child process: S3, Secrets Manager, SSM, KMS, SQS; its DynamoDB is a download, so not that.

The store tests do not use it: ministack answers sooner and has DynamoDB. It is here for `localstack/init.py`, which
people run against LocalStack.
"""

import contextlib
import http.client
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

from cli.gateway.ports import free_port
from tests.emulators.process import ServerFailedError, ServerProcess

PYTHON = Path(__file__).parent / "localstack" / ".venv" / "bin" / "python"

# Its server listens on every interface whatever GATEWAY_LISTEN names (localstack/runtime/server/twisted.py: "TODO:
# interface = host?"), so the address is given where it cannot be left out.
_ON_LOOPBACK = """
import functools, runpy
from twisted.internet import endpoints
endpoints.TCP4ServerEndpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")
runpy.run_module("localstack.runtime.main", run_name="__main__")
"""

_READY_WITHIN = 80.0
"""Seconds: the first start in a new checkout compiles all of it, beside other tests."""


@contextlib.contextmanager
def localstack_server() -> Generator[str]:
    """Yield the endpoint of a new, empty LocalStack on a free port of 127.0.0.1. It takes 2-4 s and 110 MB.

    Raises:
        ServerFailedError: it is not installed, or did not answer in time.
    """
    if not PYTHON.exists():
        raise ServerFailedError(
            "LocalStack is not installed: run `make test`, or `uv sync --frozen --project tests/emulators/localstack`"
        )
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="wagate-localstack-") as folder:
        process = ServerProcess.start(
            [PYTHON, "-c", _ON_LOOPBACK], log=Path(folder, "log"), env=_environment(Path(folder), port)
        )
        try:
            process.wait_until(lambda: _is_ready(port), within=_READY_WITHIN)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stop()


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Everything it writes goes below ``folder``, and it neither fetches nor reports anything."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "FILESYSTEM_ROOT": str(folder),
        "OVERRIDE_IN_DOCKER": "0",  # in a container it would take the root's folders for its own
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "DNS_ADDRESS": "0",  # no DNS server
        "DISABLE_EVENTS": "1",  # no usage statistics
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_localstack/health")
        return connection.getresponse().status == http.client.OK
    except (ConnectionError, TimeoutError, http.client.HTTPException):
        return False
    finally:
        connection.close()
