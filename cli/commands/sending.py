"""What every command has that sends: its options, one send for one key, and what is told of it."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway
from cli.gateway.session_option import session_option
from cli.program.command import json_option
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.output import finish, suggest, tell
from shared.contracts.content.kind import AboutMessage
from shared.contracts.contents import CONTENTS

_GRACE = 15.0
"""Seconds the API may take beyond `wait`: a session that just starts, the store, the way there and back."""
_ACCEPTED = "accepted", "sending"


@dataclass(frozen=True, slots=True)
class Sending:
    """How a message is to be sent."""

    gateway: Gateway
    session: str
    queue: bool
    idempotency_key: str | None
    wait: float
    as_json: bool

    def send(self, path: str, body: dict[str, Any]) -> None:
        """Send it, and print its id."""
        key = self.idempotency_key or f"cli-{secrets.token_hex(16)}"
        body = {"sessionId": self.session, **body, "wait": self.wait} | ({"queue": True} if self.queue else {})
        answer = _sent_once(self.gateway, path, body, key, within=self.wait + _GRACE)
        finish(answer, answer["id"], as_json=self.as_json)
        status = answer["status"]
        if status == "queued":
            tell(f"Queued: it is sent when the session '{self.session}' is connected.")
        elif status not in _ACCEPTED and not self.as_json:
            suggest(f"See who got and read it: wagate messages show {answer['id']}")
        elif status in _ACCEPTED:
            tell(f"Accepted, not confirmed within {self.wait:g} s: 'wagate messages show {answer['id']}' tells more.")
            sys.exit(ExitCode.UNCONFIRMED)


def path_of(kind: str) -> str:
    """The route that sends a kind."""
    content = CONTENTS[kind]
    name = content.route if issubclass(content, AboutMessage) else f"send-{kind.replace('_', '-')}"
    return f"/api/{name}"


_OPTIONS = (
    session_option("to send from"),
    click.option("--queue", is_flag=True, help="Let it wait for the session to connect, rather than fail."),
    click.option(
        "--idempotency-key",
        help="A name for this send: repeated with the same name, it is sent only once.  [default: a random one]",
    ),
    click.option(
        "--wait",
        type=click.FloatRange(0, 60),
        default=25,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for WhatsApp to accept it.",
    ),
    with_gateway,
    json_option,
)


def sending_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every send; it gets them as `sending`."""

    @wraps(command)
    def taken(  # noqa: PLR0913 - one parameter for each option
        *arguments: Any,  # noqa: ANN401 - those of the command
        session: str,
        queue: bool,
        idempotency_key: str | None,
        wait: float,
        gateway: Gateway,
        as_json: bool,
        **own: Any,  # noqa: ANN401 - as above
    ) -> None:
        command(*arguments, sending=Sending(gateway, session, queue, idempotency_key, wait, as_json), **own)

    given: Callable[..., None] = taken
    for option in reversed(_OPTIONS):
        given = option(given)
    return given


def _sent_once(gateway: Gateway, path: str, body: dict[str, Any], key: str, *, within: float) -> dict[str, Any]:
    """Ask for the send; when the answer is lost on its way, ask once more: the key makes that one send."""
    try:
        return _ask(gateway, path, body, key, within)
    except Failure as failure:
        if failure.code != "GATEWAY_NO_ANSWER":
            raise
        tell(f"{failure.message} Asking again.")
    try:
        return _ask(gateway, path, body, key, within)
    except Failure as failure:
        if failure.exit_code is not ExitCode.GATEWAY_AWAY:
            raise
        raise Failure(
            f"Nobody knows whether the message was accepted. {failure.message}",
            remedy=f"Repeat the command with '--idempotency-key {key}': it is sent at most once.",
            exit_code=ExitCode.UNCONFIRMED,
            code=failure.code,
            details={"idempotencyKey": key},
        ) from failure


def _ask(gateway: Gateway, path: str, body: dict[str, Any], key: str, within: float) -> dict[str, Any]:
    return gateway.ask("POST", path, body=body, headers={"Idempotency-Key": key}, within=within)
