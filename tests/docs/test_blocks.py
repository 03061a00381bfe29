"""Every block of code in README and docs is run, or read by its language, or says why it cannot be run."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.docs.blocks import Block
from tests.docs.fences import ROOT, Fence, fences, pages, unfenced
from tests.docs.reading import REASONS, wrong
from tests.docs.world import World, world

GENERATED = {ROOT / "docs" / "cli.md"}
"""Its lines of usage come from the commands, indented."""
ALL = [fence for page in pages() for fence in fences(page)]
ALONE = [fence for fence in ALL if fence.language == "sh" and not fence.words]


def place(fence: Fence) -> str:
    return f"{fence.page.relative_to(ROOT)}:{fence.line}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_code_stands_in_fences(page: Path) -> None:
    """What stands in none would be run by nobody."""
    assert page in GENERATED or unfenced(page) == []


@pytest.mark.parametrize("fence", ALL, ids=place)
def test_every_block_is_what_it_says(fence: Fence) -> None:
    """Of a language that is read here, and says what becomes of it with words that mean something."""
    assert wrong(fence) == ""


@pytest.mark.parametrize(
    ("language", "words", "code", "says"),
    [
        ("", (), "ls", "nobody knows"),
        ("rust", (), "fn main() {}", "nobody knows"),
        ("sh", ("not=lazy",), "ls", "nobody knows"),
        ("sh", ("tset",), "ls", "nobody knows"),
        ("sh", ("not=starts",), "if", "unexpected end of file"),
        ("json", (), '{"id": …}', "Expecting value"),
        ("yaml", (), "a: [", "parsing"),
        ("python", (), "def", "invalid syntax"),
        ("python", ("from=examples/python/webhook.py",), "print()", "is not what is in"),
        ("http", (), "POST / HTTP/1.1\nno header\n\n{}", "no header"),
    ],
)
def test_what_is_wrong_is_told(language: str, words: tuple[str, ...], code: str, says: str) -> None:
    """A block that nobody would run or read fails, with words."""
    assert says in wrong(Fence(ROOT / "page.md", 1, language, words, code))


def test_code_without_a_fence_is_found(tmp_path: Path) -> None:
    """Where it begins; not what stands inside of a fence, nor what belongs to a list."""
    page = tmp_path / "page.md"
    page.write_text("Do:\n\n    make up\n\n```text\n\n    drawn\n```\n\n1. this\n\n   and that\n")
    assert unfenced(page) == [3]


def test_docs_say_why_blocks_are_not_run() -> None:
    """Every reason is in docs/README.md, and used."""
    told = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [word for word in REASONS if f"`not={word}`" not in told] == []
    used = {word.removeprefix("not=") for fence in ALL if fence.language == "sh" for word in fence.words}
    assert set(REASONS) - used == set()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    if missing := [tool for tool in ("curl", "jq") if not shutil.which(tool)]:
        pytest.skip(f"pages use {', '.join(missing)}, which is not installed here")
    with world(tmp_path_factory.mktemp("reader")) as made:
        yield made


@pytest.mark.parametrize("fence", ALONE, ids=place)
def test_a_block_runs_by_itself(fence: Fence, here: World) -> None:
    """With a key, a session that is connected, somebody to write to, and the files it names."""
    here.runs(Block(fence.page, fence.line, fence.code))


def test_the_loop_of_receiving_prints_what_comes(here: World) -> None:
    """docs/receiving.md: the program prints a message of a contact, and begins again where it ended."""
    (loop,) = (fence for fence in fences(ROOT / "docs" / "receiving.md") if fence.language == "python")
    folder = here.reader.folder
    (folder / "loop.py").write_text(loop.code.replace("localhost:3000", here.reader.replace["localhost:3000"]))
    cursor = folder / "cursor"
    cursor.write_text(here.latest())
    for words in ("first", "second"):
        began = cursor.read_text()
        with here.program("loop.py") as lines:
            here.hears(words)
            assert next(lines).split(" ", 2) == ["sales", here.other, f"{words}\n"]
            here.until(lambda began=began: cursor.read_text() not in {"", began})
