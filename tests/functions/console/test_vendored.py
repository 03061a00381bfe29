"""The files of others are those that their packages have, with their licences beside them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VENDORED = Path(__file__).parents[3] / "functions" / "console" / "assets" / "vendored"
ROW = re.compile(r"^\| (\S+) \| \[\S+\]\(https://www\.npmjs\.com/\S+\) \| [\d.]+ \| `\S+` \| [^|]+ \| (\w{64}) \|$")


def test_each_file_is_listed_with_its_digest_and_is_unchanged() -> None:
    """Package, version, licence and digest of everything that lies there."""
    page = (VENDORED / "README.md").read_text()
    listed = {row[1]: row[2] for line in page.splitlines() if (row := ROW.match(line))}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDORED.iterdir() if path.suffix != ".md"
    }
    assert listed == found


def test_their_styles_fetch_nothing() -> None:
    """No font and no picture is asked of anybody: what a style needs is in it."""
    for path in VENDORED.glob("*.css"):
        assert set(re.findall(r"url\(\W?(\w+):", path.read_text())) <= {"data"}
        assert "@import" not in path.read_text()
