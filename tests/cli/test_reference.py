"""docs/cli.md tells of every command, option and exit code."""

from __future__ import annotations

from pathlib import Path

from cli.reference import updated

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_page_is_up_to_date() -> None:
    """A command, option or exit code that changed fails here: run `python -m cli.reference docs/cli.md`."""
    page = PAGE.read_text()
    assert updated(page) == page
    assert "## wagate sessions login" in page
    assert "| 130 |" in page
