"""Finds the fenced blocks of a Markdown page that are tests: those that begin with ```` ```sh test ````."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```sh test(?P<words>[^\n]*)\n(?P<code>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
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
    text = page.read_text()
    found = []
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("code")) + 1
        words = match["words"].split()
        if unknown := [word for word in words if not _WORD.fullmatch(word)]:
            raise ValueError(f"{page}:{line - 1}: {unknown} after `sh test` means nothing")
        options = dict(word.split("=", 1) for word in words)
        found.append(Block(page, line, match["code"], **options))
    return found


def pages_with_blocks(root: Path) -> list[Path]:
    """Return the README and the pages below ``docs/`` of the checkout ``root`` that have such blocks."""
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return [page for page in pages if _BLOCK.search(page.read_text())]
