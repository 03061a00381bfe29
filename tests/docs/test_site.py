"""The pages are a site that needs nothing from elsewhere."""

from __future__ import annotations

import gzip
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.site.__main__ import BESIDE, CONFIG, ROOT, places, shown

_PARTS = re.compile(r"(?:<link rel=\"?stylesheet\"? href|<script src)=\"?([^\"> ?#]+)")
_ELSEWHERE = r"[^>]*=[\"']?(?:https?:)?//"
_FETCHED = re.compile(rf"<(?:script|img|iframe|source)\s{_ELSEWHERE}|<link[^>]*stylesheet{_ELSEWHERE}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    built = subprocess.run(
        [sys.executable, "-m", "tools.site", str(folder)], capture_output=True, text=True, timeout=100, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_every_page_is_there_and_fetches_nothing_from_elsewhere(site: Path) -> None:
    """No link is broken (the build fails over one), and a reader without the internet misses nothing."""
    pages = list(site.rglob("*.html"))
    assert len(pages) >= len(places())
    assert [str(page.relative_to(site)) for page in pages if _FETCHED.search(page.read_text())] == []
    assert (site / "search.json").exists() or list(site.rglob("search*.js*"))


def test_no_page_is_heavy(site: Path) -> None:
    """Over the wire, with nothing kept from before: 100 kB for a page and what it loads, 130 kB for the longest.

    Pictures come on top, which a browser loads behind the text: 50 kB each at most.
    """
    weights = {str(page.relative_to(site)): weight(page, *parts(page)) for page in site.rglob("index.html")}
    assert statistics.median(weights.values()) < 100_000
    assert {page: each for page, each in weights.items() if each > 130_000} == {}
    pictures = [*site.rglob("*.webp"), *site.rglob("*.png")]
    assert [picture.name for picture in pictures if weight(picture) > 50_000] == []


def parts(page: Path) -> set[Path]:
    """The styles and scripts of a page."""
    return {(page.parent / link).resolve() for link in _PARTS.findall(page.read_text())}


def weight(*files: Path) -> int:
    """Bytes of files, as they are sent."""
    return sum(len(gzip.compress(file.read_bytes(), 5)) for file in files)


def test_every_page_can_be_found_in_the_menu() -> None:
    """What nobody can find nobody reads; decisions and benchmarks are listed by their own pages."""
    listed = set(_pages_of(tomllib.loads(CONFIG.read_text())["project"]["nav"]))
    missing = {place for place in places().values() if not place.startswith("adr/0")} - listed
    assert (missing, listed - set(places().values())) == (set(), set())


def _pages_of(menu: list[dict[str, Any]]) -> Iterator[str]:
    for entry in menu:
        for value in entry.values():
            if isinstance(value, str):
                yield value
            else:
                yield from _pages_of(value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[the API](docs/http-api.md#log-in)", "[the API](http-api.md#log-in)"),
        ("[who does it](shared/jids.py)", "who does it"),
        ("[decisions](docs/adr/)", "[decisions](adr/index.md)"),
        ("`[no link](docs/cli.md)`", "`[no link](docs/cli.md)`"),
        ("```sh test keep=KEY\nls\n```", "```sh\nls\n```"),
        ("   ```sh not=starts\n   ls\n   ```", "   ```sh\n   ls\n   ```"),
    ],
)
def test_links_lead_to_where_the_site_has_a_page(written: str, read: str) -> None:
    """Code stays as it is, and what the site does not have is left as words."""
    assert shown(written, "README.md", places()) == read


def test_an_image_is_given_every_page() -> None:
    """What builds the API's image copies what `.dockerignore` names, and makes the site of it."""
    given = (ROOT / ".dockerignore").read_text().splitlines()
    assert [page for page in BESIDE if f"!{page}" not in given] == []
