"""A file of this machine on its way to the gateway: read in pieces, with a bar for those that take a while."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import rich_click as click

from cli.gateway.api import Gateway
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure

STDIN = "-"
_PIECE = 256 * 1024
_SHOWN_FROM = 1 << 20
"""Bytes from which a bar is shown."""


def upload(gateway: Gateway, source: str, name: str | None) -> str:
    """Bring a file, or what standard input has, to the gateway; the id that sends take as `mediaId`.

    Raises:
        Failure: it cannot be read, or the gateway does not take it.
    """
    with _opened(source) as file:
        size = os.fstat(file.fileno()).st_size
        said = {"fileName": name or Path(source).name} if name or source != STDIN else {}
        kept = gateway.ask("POST", "/api/upload", body={"size": size, **said})
        where = kept["upload"]
        gateway.bring(where["url"], where["headers"], size, _pieces(file, size))
    return str(kept["file"]["id"])


@contextmanager
def _opened(source: str) -> Generator[BinaryIO]:
    if source == STDIN:
        with tempfile.TemporaryFile() as kept:  # its size has to be known before it is brought
            shutil.copyfileobj(sys.stdin.buffer, kept)
            kept.flush()
            kept.seek(0)
            yield kept
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below: what its user raises is no failure to open it
    except OSError as error:
        raise Failure(
            f"The file '{source}' cannot be read: {error.strerror or error}.",
            remedy="Name a file of this machine, '-' for standard input, an http(s) address, or the id of an upload.",
            exit_code=ExitCode.USAGE,
            code="FILE_UNREADABLE",
        ) from error
    with file:
        yield file


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    shown = size >= _SHOWN_FROM and sys.stderr.isatty()
    with click.progressbar(length=size, label="Uploading", file=sys.stderr, hidden=not shown) as bar:
        while piece := file.read(_PIECE):
            yield piece
            bar.update(len(piece))
