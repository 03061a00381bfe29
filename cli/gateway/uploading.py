"""A file on its way to the gateway: one of this machine is read in pieces."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from cli.gateway.api import Gateway
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.progress import with_bar
from shared.ids import is_file_id

STDIN = "-"
_PIECE = 256 * 1024


def source(gateway: Gateway, word: str, file: str, name: str | None) -> dict[str, Any]:
    """What a send says of where its file is; one that is here is brought to the gateway for that.

    Args:
        gateway: where to.
        word: what the fields of its kind begin with (`image` of `imageUrl`); empty for one of an album.
        file: a file of this machine, `-` (standard input), an http(s) address, or the id of an upload.
        name: what it is called, unless as it is called here.

    Raises:
        Failure: it cannot be read, or the gateway does not take it.
    """
    said = {"fileName": name} if name else {}
    if file.startswith(("http://", "https://")):
        return {f"{word}Url" if word else "url": file, **said}
    return {"mediaId": file if is_file_id(file) else upload(gateway, file, name)["id"], **said}


def upload(gateway: Gateway, file: str, name: str | None) -> dict[str, Any]:
    """Bring a file of this machine to the gateway; what that says of it. Arguments and errors are those of `source`."""
    with _opened(file) as opened:
        size = os.fstat(opened.fileno()).st_size
        said = {"fileName": name or Path(file).name} if name or file != STDIN else {}
        kept = gateway.ask("POST", "/api/upload", body={"size": size, **said})
        where = kept["upload"]
        gateway.bring(where["url"], where["headers"], size, with_bar(_pieces(opened), size, "Uploading"))
    file_kept: dict[str, Any] = kept["file"]
    return file_kept


@contextmanager
def _opened(file: str) -> Generator[BinaryIO]:
    if file == STDIN:
        with tempfile.TemporaryFile() as kept:  # its size has to be known before it is brought
            shutil.copyfileobj(sys.stdin.buffer, kept)
            kept.flush()
            kept.seek(0)
            yield kept
        return
    try:
        opened = Path(file).open("rb")  # noqa: SIM115 - closed below: what its user raises is no failure to open it
    except OSError as error:
        raise Failure(
            f"The file '{file}' cannot be read: {error.strerror or error}.",
            remedy="Name a file of this machine, '-' for standard input, an http(s) address, or the id of an upload.",
            exit_code=ExitCode.USAGE,
            code="FILE_UNREADABLE",
        ) from error
    with opened:
        yield opened


def _pieces(opened: BinaryIO) -> Iterator[bytes]:
    while piece := opened.read(_PIECE):
        yield piece
