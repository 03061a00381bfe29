"""`wagate send`: one text message."""

from __future__ import annotations

import secrets
import sys
from typing import Any

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway
from cli.program.command import WagateCommand, json_option
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.output import finish, tell
from shared.ids import DEFAULT_SESSION

_SEND = "/api/send-message"
_GRACE = 15.0
"""Seconds the API may take beyond `wait`: a session that just starts, the store, the way there and back."""
_STDIN = "-"
_LARGEST = 512 * 1024
"""Bytes that are read of standard input: more than any text may have."""
_ACCEPTED = "accepted", "sending"


@click.command(cls=WagateCommand)
@click.argument("number")
@click.argument("text")
@click.option(
    "--session", default=DEFAULT_SESSION, show_default=True, help="The session (WhatsApp number) to send from."
)
@click.option("--queue", is_flag=True, help="Let it wait for the session to connect, rather than fail.")
@click.option(
    "--idempotency-key",
    help="Name this send yourself: whatever is repeated with the same name is sent once.  [default: a random one]",
)
@click.option(
    "--wait",
    type=click.FloatRange(0, 60),
    default=25,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for WhatsApp to take it.",
)
@with_gateway
@json_option
def send(  # noqa: PLR0913 - one parameter for each option
    number: str,
    text: str,
    *,
    session: str,
    queue: bool,
    idempotency_key: str | None,
    wait: float,
    gateway: Gateway,
    as_json: bool,
) -> None:
    """Send a text message.

    TEXT goes to NUMBER (with its country code: 628123456789); `-` reads it from standard input. What is printed is
    WhatsApp's id of the message.
    """
    text = _read_text() if text == _STDIN else text
    key = idempotency_key or f"cli-{secrets.token_hex(16)}"
    body = {"sessionId": session, "number": number, "message": text, "wait": wait}
    answer = _sent_once(gateway, {**body, "queue": True} if queue else body, key, within=wait + _GRACE)
    finish(answer, answer.get("messageId") or answer["id"], as_json=as_json)
    status = answer["status"]
    if status == "queued":
        tell(f"Queued: it is sent when the session '{session}' is connected.")
    elif status in _ACCEPTED:
        tell(f"Accepted, not confirmed within {wait:g} s: ask GET /api/messages/{answer['id']}.")
        sys.exit(ExitCode.UNCONFIRMED)


def _read_text() -> str:
    """What standard input says, without the newline at its end."""
    if sys.stdin.isatty():
        tell("Type the text, then Ctrl-D on a line of its own.")
    given = sys.stdin.buffer.read(_LARGEST + 1)
    if len(given) > _LARGEST:
        raise Failure(f"The text on standard input is larger than {_LARGEST // 1024} KiB.", code="TEXT_TOO_LONG")
    try:
        return given.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise Failure("The text on standard input is not UTF-8.", exit_code=ExitCode.USAGE, code="BAD_TEXT") from error


def _sent_once(gateway: Gateway, body: dict[str, Any], key: str, *, within: float) -> dict[str, Any]:
    """Ask for the send; when the answer is lost on its way, ask once more: the key makes that one send."""
    try:
        return _ask(gateway, body, key, within)
    except Failure as failure:
        if failure.code != "GATEWAY_NO_ANSWER":
            raise
        tell(f"{failure.message} Asking again.")
    try:
        return _ask(gateway, body, key, within)
    except Failure as failure:
        if failure.exit_code is not ExitCode.GATEWAY_AWAY:
            raise
        raise Failure(
            f"Whether the message was taken is not known. {failure.message}",
            remedy=f"Repeat the command with '--idempotency-key {key}': it is sent at most once.",
            exit_code=ExitCode.UNCONFIRMED,
            code=failure.code,
            details={"idempotencyKey": key},
        ) from failure


def _ask(gateway: Gateway, body: dict[str, Any], key: str, within: float) -> dict[str, Any]:
    return gateway.ask("POST", _SEND, body=body, headers={"Idempotency-Key": key}, within=within)
