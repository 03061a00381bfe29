"""A file of the gateway on its way to this machine: here as a whole, or not at all."""

from __future__ import annotations

import mimetypes
import sys
from collections.abc import Iterator
from pathlib import Path

from cli.gateway.api import Gateway, quoted
from cli.program.failure import Failure
from cli.program.progress import with_bar

STDOUT = "-"


def download(gateway: Gateway, file_id: str, output: str | None) -> Path | None:
    """Write a file of the gateway where it is wanted.

    Args:
        gateway: where from.
        file_id: its id.
        output: the path it is written to, `-` for standard output; None: its id and an ending, in the current folder.
            What its sender called it is no name for a file of ours.

    Returns:
        The path, None for standard output.

    Raises:
        Failure: it cannot be had, or not be written.
    """
    with gateway.fetching(f"/api/media/{quoted(file_id)}") as file:
        pieces = with_bar(file.pieces, file.size, "Downloading")
        if output == STDOUT:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return None
        path = Path(output or file_id + (mimetypes.guess_extension(file.mimetype.partition(";")[0]) or ""))
        _write(path, pieces)
        return path


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        part.replace(path)
    except OSError as error:
        raise Failure(
            f"The file '{path}' cannot be written: {error.strerror or error}.",
            remedy="Name another with --output.",
            code="FILE_UNWRITABLE",
        ) from error
    finally:
        part.unlink(missing_ok=True)
