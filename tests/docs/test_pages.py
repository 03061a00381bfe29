"""What README and docs tell people to type works."""

import shutil
from pathlib import Path

import pytest

from tests.docs.blocks import blocks
from tests.docs.fences import ROOT, pages
from tests.docs.reader import Reader
from tests.launched import launched

WALKS = [page for page in pages() if blocks(page)]
_TOOLS = ("curl", "jq")
"""What pages use beside what every Debian has."""


@pytest.mark.parametrize("page", WALKS, ids=lambda page: str(page.relative_to(ROOT)))
def test_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    """Every block of the page that is marked as a test runs in order, as a reader would run it."""
    shown = blocks(page)
    if missing := [tool for tool in _TOOLS if any(tool in block.code for block in shown) and not shutil.which(tool)]:
        pytest.skip(f"the page uses {', '.join(missing)}, which is not installed here")
    with launched("sandbox", tmp_path / "data-sandbox") as gateway:
        meant = {
            "localhost:3000": gateway.url.removeprefix("http://"),
            "localhost:3999": gateway.sandbox_url.removeprefix("http://"),
        }
        reader = Reader(tmp_path, meant)
        for block in shown:
            reader.follow(block)
