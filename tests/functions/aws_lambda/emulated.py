"""The function as AWS runs it: under the real runtime client, behind AWS's own emulator of the runtime's API.

The emulator (aws-lambda-rie) comes with aws-sam-cli. It takes an event by HTTP and lets one process handle it.
"""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from cli.gateway.ports import free_port
from tests.emulators.process import ServerProcess

ROOT = Path(__file__).parents[3]
_PATH = "/2015-03-31/functions/function/invocations"


def emulator() -> Path:
    """The binary; `make install-dev` brings it."""
    (found,) = (ROOT / "infra").glob("*/.venv/lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64")
    return found


@dataclass
class Function:
    """A running function and its emulator."""

    process: ServerProcess
    http: httpx.Client

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """What the handler returned, or `{"errorMessage": …}`."""
        answer = self.http.post(_PATH, content=json.dumps(event))
        assert answer.is_success, answer.text
        return answer.json()

    def request(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: str = "",
    ) -> "Answer":
        """A request as API Gateway hands it on."""
        body = None if json_body is None else json.dumps(json_body)
        event = http_event(method, path, body=body, headers=headers, query=query)
        return Answer(self.invoke(event))

    @property
    def handlers(self) -> list[psutil.Process]:
        """The processes that Lambda would freeze: those that run the handler."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def freeze(self) -> None:
        """Stop it, as Lambda does between two calls."""
        for handler in self.handlers:
            handler.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        for handler in self.handlers:
            handler.send_signal(signal.SIGCONT)


@dataclass
class Answer:
    """What Lambda returns to API Gateway."""

    returned: dict[str, Any]

    @property
    def status(self) -> int:
        return self.returned["statusCode"]

    @property
    def headers(self) -> dict[str, str]:
        return self.returned["headers"]

    def json(self) -> dict[str, Any]:
        assert not self.returned["isBase64Encoded"], self.returned
        return json.loads(self.returned["body"])


def http_event(
    method: str,
    path: str,
    *,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: str = "",
    **more: Any,
) -> dict[str, Any]:
    """An event of an HTTP API, payload version 2.0."""
    return (
        {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {"content-type": "application/json", "host": "abc.execute-api.eu-central-1.amazonaws.com"}
            | {name.lower(): value for name, value in (headers or {}).items()},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "abc",
                "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
                "http": {
                    "method": method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "t",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "stage": "$default",
                "timeEpoch": 1583348638390,
            },
            "isBase64Encoded": False,
        }
        | ({} if body is None else {"body": body})
        | more
    )


@contextmanager
def running_function(
    environment: Mapping[str, str], *, handler: str = "functions.lambda_handler.handler", timeout: int = 60
) -> Iterator[Function]:
    """The function with these environment variables, until the block ends; it starts with the first event.

    `timeout`: seconds that it may take, with its start, for which a busy machine takes long; at AWS they are 29.
    """
    port, runtime = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="wagate-lambda-") as folder:
        process = ServerProcess.start(
            [
                emulator(),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
                *("--runtime-api-address", f"127.0.0.1:{runtime}"),
                *(sys.executable, "-m", "awslambdaric", handler),
            ],
            log=Path(folder) / "log",
            env={
                "PATH": os.environ["PATH"],
                "HOME": folder,
                "PYTHONPATH": str(ROOT),
                "PYTHONSAFEPATH": "1",  # not the folder that the tests are run in
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
                "AWS_LAMBDA_FUNCTION_NAME": "wagate",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                **environment,
            },
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=timeout + 30) as http:
                process.wait_until(lambda: _listens(http))
                yield Function(process, http)
        finally:
            for running in psutil.Process(process.pid).children(recursive=True):
                running.kill()
            process.stop()


def _listens(http: httpx.Client) -> bool:
    try:
        http.get("/")
    except httpx.ConnectError:
        return False
    return True
