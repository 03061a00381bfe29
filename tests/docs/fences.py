"""The code of a Markdown page: its fenced blocks, and what each says of itself behind its language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
FOLDERS = (
    *("*.md", "docs/**/*.md", "changes/README.md", "infra/*.md", "infra/helm/*.md"),
    *("examples/**/*.md", "localstack/*.md", "clients/**/*.md"),
)
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)(?P<words>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```[ ]*$",
    re.MULTILINE | re.DOTALL,
)
_INDENTED = re.compile(r"(?:^|\n)[ ]*\n(?: {4,}|\t)(?![-*|]|\d+\. )\S")


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code.

    Attributes:
        page: the file it stands in.
        line: where its first line of code stands, counted from 1.
        language: what follows the three ticks; empty when nothing does.
        words: what follows the language.
        code: what is inside.
    """

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    code: str

    def __str__(self) -> str:
        """Where it stands, as an editor would open it."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every page of the project that people read."""
    found = {page for folder in FOLDERS for page in ROOT.glob(folder)}
    return sorted(page for page in found if not {"node_modules", ".venv"} & set(page.parts))


def fences(page: Path) -> list[Fence]:
    """The fenced blocks of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    return [
        Fence(
            page,
            text.count("\n", 0, match.start("code")) + 1,
            match["language"],
            tuple(match["words"].split()),
            dedent(match["code"]) if match["indent"] else match["code"],
        )
        for match in _FENCE.finditer(text)
    ]


def unfenced(page: Path) -> list[int]:
    """The lines of a page where code begins without a fence."""
    text = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), page.read_text(encoding="utf-8"))
    return [text.count("\n", 0, match.end()) + 1 for match in _INDENTED.finditer(text)]
