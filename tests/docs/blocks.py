"""The blocks of a page that are a walk: those that begin with ```` ```sh test ````, run one after the other."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.docs.fences import fences

_WORD = re.compile(r"(until|shows|keep)=(\S+)")


@dataclass(frozen=True, slots=True)
class Block:
    """Commands of a page that a reader would copy into a terminal.

    Attributes:
        page: the file they stand in.
        line: where their first line stands, counted from 1.
        code: the commands.
        until: repeat them until the output contains this.
        shows: the output has to contain this.
        keep: name of the variable that the API key in the output is kept in.
    """

    page: Path
    line: int
    code: str
    until: str | None = None
    shows: str | None = None
    keep: str | None = None

    def __str__(self) -> str:
        """Where it stands, as an editor would open it."""
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Return the blocks of ``page`` that are tests, in its order.

    Raises:
        ValueError: a word after ``test`` means nothing.
    """
    found = []
    for fence in fences(page):
        if fence.language != "sh" or fence.words[:1] != ("test",):
            continue
        if unknown := [word for word in fence.words[1:] if not _WORD.fullmatch(word)]:
            raise ValueError(f"{page}:{fence.line - 1}: {unknown} after `sh test` means nothing")
        options = dict(word.split("=", 1) for word in fence.words[1:])
        found.append(Block(page, fence.line, fence.code, **options))
    return found
