"""What people read in a browser: the page of the API, and the documentation where it was built."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.reference import files
from tests.functions.conftest import Api

VENDORED = Path(files.__file__).with_name("vendored")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A site of three files."""
    folder = tmp_path / "site"
    (folder / "concepts").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>wagate</h1>")
    (folder / "concepts" / "index.html").write_text("<h1>Concepts</h1>" + " words" * 500)
    (folder / "style.css").write_text("body {}")
    (folder / "main.4ab2de0c.min.css").write_text("body {}")
    (tmp_path / "secret").write_text("secret")
    monkeypatch.setattr(files, "_SITE", folder)
    files._site.cache_clear()
    yield folder
    files._site.cache_clear()


@pytest.fixture
def no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(files, "_SITE", tmp_path / "none")
    files._site.cache_clear()
    yield
    files._site.cache_clear()


async def test_the_page_of_the_api_fetches_nothing_from_elsewhere(api: Api) -> None:
    """It works on a machine without internet: all that it names is beside it."""
    assert (await api.http.get("/schema")).json()["info"]["title"] == "wagate"
    shown = await api.http.get("/docs/api")
    assert shown.headers["Content-Type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="([^"]+)"', shown.text)
    answers = [await api.http.get(f"/docs/{name}") for name in named]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("no_site")
@pytest.mark.parametrize("address", ["/docs", "/docs/", "/docs/api/"])
async def test_without_a_site_the_page_of_the_api_is_shown(api: Api, address: str) -> None:
    """With and without a slash, also below a prefix of a proxy: where it leads is told relatively."""
    moved = await api.http.get(address, follow_redirects=True)
    assert (moved.status_code, moved.url.path) == (200, "/docs/api")
    assert not moved.history[0].headers["Location"].startswith("/")


@pytest.mark.usefixtures("site")
async def test_the_site_is_shown_where_it_was_built(api: Api) -> None:
    """Its pages by their addresses, compressed for who takes that."""
    start = await api.http.get("/docs", follow_redirects=True)
    assert (start.url.path, start.text) == ("/docs/", "<h1>wagate</h1>")
    page = await api.http.get("/docs/concepts", follow_redirects=True)
    assert (page.url.path, page.headers["Content-Encoding"]) == ("/docs/concepts/", "gzip")
    plain = await api.http.get("/docs/concepts/", headers={"Accept-Encoding": "identity"})
    assert plain.text == page.text
    style = await api.http.get("/docs/style.css")
    assert (style.headers["Content-Type"], style.headers["Cache-Control"]) == ("text/css; charset=utf-8", "max-age=300")
    final = await api.http.get("/docs/main.4ab2de0c.min.css")
    assert final.headers["Cache-Control"] == "max-age=31536000, immutable"


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "address",
    [
        "/docs/nothing",
        "/docs/../secret",
        "/docs/%2e%2e/secret",
        "/docs/..%2fsecret",
        "/docs//etc/passwd",
        "/docs/api/nothing",
    ],
)
async def test_nothing_else_is_shown(api: Api, address: str) -> None:
    """Whatever an address says: only files of the site."""
    answer = await api.http.get(address)
    assert answer.status_code in {404, 400}
    assert "secret" not in answer.text.replace("/secret", "")


def test_files_of_others_are_as_their_package_has_them() -> None:
    """Whoever changes one sees it here; the page beside them has the digests."""
    listed = dict(
        re.findall(r"^\| (\S+\.gz) \|.*\| ([0-9a-f]{64}) \|$", (VENDORED / "README.md").read_text(), re.MULTILINE)
    )
    found = {
        path.name: hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() for path in VENDORED.glob("*.gz")
    }
    assert found == listed
