"""Links between the pages of the project lead somewhere."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("*.md", "docs/**/*.md", "changes/*.md", "infra/*.md", "examples/**/*.md")
FOUND = [page for folder in FOLDERS for page in ROOT.glob(folder)]
PAGES = [page for page in FOUND if "node_modules" not in page.parts]
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_EXTERNAL = re.compile(r"\]\(([a-z]+:[^)\s]*)\)|<(https?:[^>\s]*)>")
_HOST = re.compile(r"localhost|127\.0\.0\.1|([a-z0-9-]+\.)+[a-z]{2,}")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return what can follow a ``#``, made of the headings as GitHub makes it."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A page or heading that was moved is noticed by who moves it, not by a reader."""
    broken = []
    for link in _LINK.findall(_CODE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_elsewhere_are_whole(page: Path) -> None:
    """Nothing is fetched here; an address has a scheme that readers can open, a host, and no full stop at its end."""
    links = [one or other for one, other in _EXTERNAL.findall(_CODE.sub("", page.read_text()))]
    odd = [link for link in links if not is_whole(link)]
    assert odd == []


def is_whole(link: str) -> bool:
    """Whether a link to elsewhere could be followed."""
    parts = urlsplit(link)
    local = parts.hostname in {"localhost", "127.0.0.1"}
    host = parts.hostname or ""
    return (
        parts.scheme in ({"http"} if local else {"https", "http"} if host == "example.com" else {"https"})
        and _HOST.fullmatch(host) is not None
        and link[-1] not in ".,;"
    )


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("https://nats.io/a#b", True),
        ("http://localhost:3000", True),
        ("http://nats.io", False),
        ("https://nats.io.", False),
        ("https://nats", False),
        ("ftp://nats.io", False),
    ],
)
def test_what_is_whole(link: str, whole: bool) -> None:  # noqa: FBT001
    """The check tells one from the other."""
    assert is_whole(link) == whole
