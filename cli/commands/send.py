"""`wagate send`: one text message."""

from __future__ import annotations

import sys

import rich_click as click

from cli.commands.sending import Sending, sending_options
from cli.program.command import WagateCommand
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.output import tell

_STDIN = "-"
_LARGEST = 512 * 1024
"""Bytes that are read of standard input: more than any text may have."""


@click.command(cls=WagateCommand)
@click.argument("number")
@click.argument("text")
@sending_options
def send(number: str, text: str, *, sending: Sending) -> None:
    """Send a text message.

    TEXT goes to NUMBER (with its country code: 628123456789); `-` reads it from standard input. What is printed is
    WhatsApp's id of the message.
    """
    sending.send("/api/send-message", {"number": number, "message": _read_text() if text == _STDIN else text})


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
