"""`make generated`: what of docs/ is made from the code. Fails when a page was not up to date."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from cli import reference
from functions import events_page, not_supported_page, routes_page
from functions.reference import errors_page

DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[str, Callable[[str], str]] = {
    "cli.md": reference.updated,
    "errors.md": lambda _: errors_page.page(),
    "events.md": events_page.updated,
    "http-api.md": routes_page.updated,
    "not-supported.md": lambda _: not_supported_page.page(),
}
"""What each page is now, from what it was."""


def main() -> int:
    """Write each page anew; how many were not up to date."""
    old = {DOCS / name: make for name, make in PAGES.items()}
    changed = [page for page, make in old.items() if page.read_text("utf-8") != make(page.read_text("utf-8"))]
    for page in changed:
        page.write_text(old[page](page.read_text("utf-8")), "utf-8")
        print(f"made anew: docs/{page.name}, commit it")
    return len(changed)


if __name__ == "__main__":
    sys.exit(main())
