"""docs/licences.md tells the licence of everything that runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import licences

ROOT = Path(__file__).parents[2]


def test_page_is_what_is_installed() -> None:
    """A package, version or licence that changed fails here: run `python -m tools.licences docs/licences.md`."""
    page = (ROOT / "docs" / "licences.md").read_text()
    assert licences.updated(page) == page


def test_every_licence_is_known() -> None:
    """No package has a licence that nobody looked up, and the library no module that is not in the list."""
    assert licences.library_modules().keys() <= licences.GO_MODULES.keys()
    assert "| UNKNOWN |" not in licences.tables()


def test_the_gpl_in_the_library_is_named() -> None:
    """The one licence with consequences for who passes images on is in the README and on the page."""
    gpl = [path for path in licences.library_modules() if licences.GO_MODULES[path].startswith("GPL")]
    assert gpl == ["go.mau.fi/libsignal"]
    for page in ("README.md", "docs/licences.md"):
        assert "GPL-3" in (ROOT / page).read_text()


def test_images_say_what_they_are_made_of() -> None:
    """Every image that has packages of ours in it takes them by extras that this page reads."""
    assert licences.images().keys() == {"api", "host", "nats", "sandbox"}
    with pytest.raises(subprocess.CalledProcessError):
        licences.packages(["nonexistent"])
