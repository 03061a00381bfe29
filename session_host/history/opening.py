"""A piece of the past, open: its file is mapped, and only what is looked at comes into memory."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

import orjson

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.past.reading import About, about


@dataclass(frozen=True, slots=True)
class OpenPiece:
    """What a file says of its piece."""

    data: mmap
    about: About
    people: Acquaintances
    """Whose session it is, and whom the piece tells of once it is read."""
    came_at: int
    """Milliseconds since 1970."""


@contextmanager
def opened(path: Path) -> Generator[OpenPiece]:
    """Open the file of a piece, for as long as the context lasts. Raises ValueError when it is none, and OSError."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        head = data.readline()
        said = orjson.loads(head)
        people = Acquaintances()
        if said["number"]:
            people.is_my_account(said["number"], said["lid"])
        yield OpenPiece(data, about(data, len(head)), people, said["at"])
