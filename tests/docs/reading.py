"""Reads a block of code by its language: for what cannot be run, and for what says nothing that is known."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Callable

import yaml

from tests.docs.fences import ROOT, Fence

REASONS = {
    "starts": "starts what runs until Ctrl-C, as every page's test does",
    "installs": "brings the project here, as `make fresh` does",
    "endless": "shows what comes until Ctrl-C",
    "minutes": "takes minutes",
    "checkout": "changes the checkout",
    "elsewhere": "needs a machine or a service that is not here: Docker, AWS, Kubernetes, Prometheus",
    "yours": "has a value in it that only its reader has",
    "takes-away": "ends what the other blocks need",
}
"""Why a block of `sh` is only read: ```` ```sh not=WORD ````. docs/README.md lists the words."""


def wrong(fence: Fence) -> str:
    """What is wrong with a block; empty when nothing is."""
    match fence.language, fence.words:
        case "python" | "js" | "php", (word,) if word.startswith("from="):
            file = ROOT / word.removeprefix("from=")
            return "" if file.read_text(encoding="utf-8") == fence.code else f"it is not what is in {file}"
        case "json" | "yaml" | "python" | "http", ():
            return _parsed(fence)
        case "sh", (word,) if word.removeprefix("not=") in REASONS:
            return _parsed(fence)
        case ("sh", (() | ("test", *_))) | ("text", ()):
            return ""
        case _:
            return f"```{fence.language} {' '.join(fence.words)}: nobody knows what to do with it, see docs/README.md"


def _parsed(fence: Fence) -> str:
    try:
        _PARSE[fence.language](fence.code)
    except (ValueError, SyntaxError, yaml.YAMLError) as error:
        return str(error)
    return ""


def _headers(message: str) -> None:
    for line in message.partition("\n\n")[0].split("\n")[1:]:
        if ": " not in line:
            raise ValueError(f"{line!r} is no header")


def _shell(code: str) -> None:
    done = subprocess.run(["bash", "-n"], input=code, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr)


_PARSE: dict[str, Callable[[str], object]] = {
    "http": _headers,
    "json": json.loads,
    "python": ast.parse,
    "sh": _shell,
    "yaml": yaml.safe_load,
}
