"""What of clients/ is made from the OpenAPI document is up to date."""

from __future__ import annotations

from tools.clients import made


def test_the_python_client_is_current() -> None:
    """Run `make clients` when this fails, and commit what it wrote."""
    stale = [path.name for path, text in made.python().items() if not path.exists() or path.read_text("utf-8") != text]
    assert stale == []
