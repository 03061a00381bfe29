"""A receiver of events on this machine: it takes what is signed with its secret, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError
from typing_extensions import override

from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.output import tell

Event = dict[str, Any]

_HOST = "127.0.0.1"
_LARGEST = 16 << 20
"""Bytes of a body; files are addresses in an event, never bytes."""
_WITHIN = 10.0
"""Seconds for each piece of a request; the gateway gives up after 15."""


class Receiver(HTTPServer):
    """One that listens from the time when it is made, and answers while it serves: one request after the other.

    Args:
        port: where; 0: a free one.
        take: called with each event before it is answered as taken. An OSError of it ends `serve`.

    Raises:
        Failure: the port cannot be had.
    """

    request_queue_size = 128
    timeout = 0.5  # a Ctrl-C that comes in the moment before it waits for a request is heard after so many seconds

    def __init__(self, port: int, take: Callable[[Event], None]) -> None:
        try:
            super().__init__((_HOST, port), _Request)
        except OSError as error:
            raise Failure(
                f"Nobody can listen on port {port} ({error.strerror}).",
                remedy="Give another port with --port, or leave it out for any free port.",
                code="PORT_TAKEN",
            ) from error
        self._take = take
        self._failed: OSError | None = None
        self._webhook: Webhook | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{_HOST}:{self.server_port}/"

    def serve(self, secret: str) -> None:
        """Take what is signed with a secret, without end. Raises `Failure` when it is none."""
        try:
            self._webhook = Webhook(secret)
        except (ValueError, EmptyWebhookSecretError) as error:
            raise Failure(
                "That is not the secret of a webhook.",
                remedy="It begins with whsec_ and was shown when the webhook was made; "
                "'wagate webhooks rotate-secret ID' gives another one.",
                exit_code=ExitCode.USAGE,
                code="BAD_SECRET",
            ) from error
        while self._failed is None:
            self.handle_request()
        raise self._failed

    def received(self, body: bytes, headers: dict[str, str]) -> HTTPStatus | None:
        """What to answer; None: nothing, since the event could not be taken."""
        if self._webhook is None:
            return HTTPStatus.SERVICE_UNAVAILABLE
        try:
            event = self._webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError) as error:
            tell(f"Refused a request that this webhook's secret did not sign ({error}).")
            return HTTPStatus.UNAUTHORIZED
        try:
            self._take(event)
        except OSError as error:
            self._failed = error
            return None
        return HTTPStatus.NO_CONTENT

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks ends by itself."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # pyright: ignore[reportArgumentType] - as it came


class _Request(BaseHTTPRequestHandler):
    timeout = _WITHIN

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._answer(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > _LARGEST:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            receiver = cast("Receiver", self.server)
            self._answer(receiver.received(self.rfile.read(int(length)), dict(self.headers)))

    def _answer(self, status: HTTPStatus | None) -> None:
        if status is not None:
            self.send_response(status)
            self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: events are told of by who takes them."""
