"""The walks in CONTRIBUTING.md are true: what is added takes the files that they name, and no other."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("cli", "functions", "session_host", "shared")
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def walk(title: str) -> list[str]:
    """The files of a section's table."""
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    return ROW.findall(section)


def naming(name: str) -> set[str]:
    """The modules of the product that have a name in them."""
    word = re.compile(rf"\b{name}\b")
    modules = (path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py"))
    return {str(path.relative_to(ROOT)) for path in modules if word.search(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    ("title", "most", "thing"),
    [("Adding a kind of message", 6, "location"), ("Adding a question to WhatsApp", 5, "picture")],
)
def test_each_file_is_there_and_about_it(title: str, most: int, thing: str) -> None:
    """No more of them than is promised; a search for the thing finds each."""
    files = walk(title)
    assert 0 < len(files) == len(set(files)) <= most
    for file in files:
        told = (ROOT / file).read_text(encoding="utf-8")
        assert thing in f"{file} {told}".lower(), file


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Adding a kind of message", ("contracts.content.location", "send-location")),
        ("Adding a question to WhatsApp", ("ReadPicture", "PictureReply", "GetProfilePicture")),
    ],
)
def test_no_other_module_knows_of_it(title: str, names: tuple[str, ...]) -> None:
    """Neither a union nor a registry, a pass-through, a command of the CLI nor a fake names it."""
    files = set(walk(title))
    for name in names:
        found = naming(name)
        assert found, name
        assert found <= files, name
