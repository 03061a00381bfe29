"""Results go to stdout, everything else to stderr, so that a program can read the one and a person the other."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import Any

import orjson

from cli.program.failure import Failure

_GAP = "  "


def no_colours() -> bool:
    """Whether its user wants none anywhere (https://no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def tell(text: str) -> None:
    """Say to the person how it goes (stderr)."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def suggest(text: str) -> None:
    """Say which command may come next: to a person at a terminal alone (stderr)."""
    if sys.stderr.isatty():
        tell(text)


def tell_trouble(failure: Failure | None) -> None:
    """Say what keeps somebody from following, who tries again; None: that it goes on (stderr)."""
    tell("Following again." if failure is None else f"{failure.message} Trying again until it is back.")


def say(text: str) -> None:
    """Print a line (stdout)."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def print_json(value: dict[str, Any]) -> None:
    """Print one line of JSON (stdout)."""
    say(orjson.dumps(value).decode())


def finish(answer: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print the result of a command (stdout): the API's answer as JSON, or one text for a person."""
    if as_json:
        print_json(answer)
    else:
        say(text)


def print_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print aligned columns (stdout), never cut off: they may be piped into something."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say(_GAP.join(cells).rstrip())


def local_time(milliseconds: int | None) -> str:
    """A stored time as this machine's local time, `-` when there is none."""
    if milliseconds is None:
        return "-"
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(milliseconds / 1000))
