"""Links to the documentation: where it was built into the gateway, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.reference import files
from tests.functions.console.conftest import Browser

PAGES = ("/console/sessions", "/console/keys", "/console/hosts", "/console/go?q=docu", "/console/login")


@pytest.fixture(params=[True, False], ids=["built", "not built"])
def built(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """Whether it was."""
    folder = tmp_path / "site"
    if request.param:
        folder.mkdir()
        (folder / "index.html").write_text("<h1>wagate</h1>")
    monkeypatch.setattr(files, "_SITE", folder)
    files._site.cache_clear()
    yield request.param
    files._site.cache_clear()


async def test_pages_lead_to_the_documentation_where_it_is(browser: Browser, built: bool) -> None:  # noqa: FBT001 - a fixture
    """In the menu, on the first page and by ⌘K."""
    await browser.log_in()
    await browser.log_in_as_admin()
    for path in PAGES:
        page = (await browser.get(path)).text
        assert ('href="/docs/"' in page or 'href="/docs/metrics/"' in page) is built, path
