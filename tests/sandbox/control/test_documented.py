"""docs/sandbox.md has every route of the control API."""

import re
from pathlib import Path

from sandbox.app import build_network
from sandbox.control.application import control_application
from sandbox.settings import Settings
from sandbox.state.storage import Store

ROOT = Path(__file__).parents[3]
OWNERS = {"phones", "contacts"}


def words_of(path: dict) -> set[str]:
    """The fixed parts of a route's path, and each of the words that a part of it may be."""
    if "path" in path:
        return set(re.findall(r"[a-z-]{2,}", path["path"]))
    pattern = path["pattern"].pattern
    choices = re.findall(r"\(\?P<\w+>([a-z|-]+)\)", pattern)
    fixed = re.sub(r"\(\?P<.*?\)", "", pattern).replace("\\", "")
    return {*re.findall(r"[a-z-]{2,}", fixed), *(word for choice in choices for word in choice.split("|"))} - OWNERS


def test_every_route_is_in_the_docs(tmp_path):
    """Each word of each path, as `/word` or as a word of its own, whatever stands before it."""
    network = build_network(Settings(), Store(), tmp_path)
    application = control_application(network, None)
    page = (ROOT / "docs" / "sandbox.md").read_text()
    words = set().union(*(words_of(resource.get_info()) for resource in application.router.resources()))
    assert {"react", "link-groups", "disappear", "unknown", "health"} <= words
    assert [word for word in sorted(words) if not re.search(rf"[/`]{word}\b", page)] == []
