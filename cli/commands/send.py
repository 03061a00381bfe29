"""`wagate send`: a text, or a file with or without one."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import rich_click as click
from pydantic.alias_generators import to_camel

from cli.commands.sending import Sending, path_of, sending_options
from cli.gateway.uploading import STDIN, source
from cli.program.command import WagateCommand
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.output import tell
from shared.contracts.content.file import WithFile
from shared.contracts.contents import CONTENTS

_LARGEST = 512 * 1024
"""Bytes that are read of standard input: more than any text may have."""
_KINDS = {name: kind for name, kind in CONTENTS.items() if issubclass(kind, WithFile)}


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each kind of file; it gets them by their names."""
    for name, kind in reversed(_KINDS.items()):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name, metavar="FILE", help=inspect.getdoc(kind))(command)
    return command


@click.command(cls=WagateCommand)
@click.argument("number")
@click.argument("text", required=False, metavar="[TEXT]")
@_file_options
@click.option("--reply", metavar="ID", help="Answer this message of the chat: see 'wagate messages list'.")
@click.option("--file-name", help="The file's name for the recipient.  [default: its name here]")
@click.option("--view-once", is_flag=True, help="The recipient can open the file only once.")
@sending_options
def send(  # noqa: PLR0913 - one parameter for each option
    number: str,
    text: str | None,
    *,
    reply: str | None,
    file_name: str | None,
    view_once: bool,
    sending: Sending,
    **files: str | None,
) -> None:
    """Send a text, or a file.

    NUMBER has its country code: 628123456789. A group or a newsletter has an address, and a status update goes to
    status@broadcast. With a FILE, TEXT stands below it. FILE is a file of this machine, an http(s) address, or the id
    of an upload. `-` is standard input, for TEXT or FILE.

    The message's id is printed: 'wagate messages show ID' says what became of it. For polls, places, contacts and the
    like: 'wagate send-as'.
    """
    given = {name: file for name, file in files.items() if file is not None}
    _check(text, given, file_name=file_name, view_once=view_once)
    said: dict[str, Any] = {"number": number}
    if reply is not None:
        said["quotedId"] = reply
    words = _read_text() if text == STDIN else text
    if not given:
        sending.send("/api/send-message", {**said, "message": words})
        return
    ((name, file),) = given.items()
    if words is not None:
        said["caption"] = words
    if view_once:
        said["viewOnce"] = True
    sending.send(path_of(name), said | source(sending.gateway, to_camel(name), file, file_name))


def _check(text: str | None, given: dict[str, str], *, file_name: str | None, view_once: bool) -> None:
    """Raise `Failure` for what does not go together."""
    if len(given) > 1:
        raise _wrong("A message has one file.", "Send each file with its own command.")
    if not given:
        if text is None:
            raise _wrong("There is nothing to send.", "Give a TEXT, or a file: --image FILE, --document FILE, ...")
        if file_name is not None or view_once:
            raise _wrong("--file-name and --view-once need a file.", "Give one: --image FILE, --document FILE, ...")
        return
    ((name, file),) = given.items()
    option = f"--{name.replace('_', '-')}"
    if text is not None and "caption" not in _KINDS[name].model_fields:
        raise _wrong(f"WhatsApp shows no text with {option}.", "Send the text with its own command.")
    if view_once and "view_once" not in _KINDS[name].model_fields:
        raise _wrong(
            f"--view-once does not work with {option}.", "WhatsApp has it only for pictures, videos and voice notes."
        )
    if text == file == STDIN:
        raise _wrong(
            "Text and file cannot both be on standard input.", "Name the file, or write the text on the command line."
        )


def _wrong(message: str, remedy: str) -> Failure:
    return Failure(message, remedy=remedy, exit_code=ExitCode.USAGE, code="BAD_COMMAND")


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
