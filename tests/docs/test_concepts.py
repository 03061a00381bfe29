"""The pictures of docs/concepts.md have every state that there is, and no other."""

from __future__ import annotations

import re

import pytest

from shared.messages.model import MessageState
from shared.sessions.model import SessionStatus
from tests.docs.fences import ROOT, fences

SESSION, MESSAGE = (fence.code for fence in fences(ROOT / "docs" / "concepts.md"))
OF_NO_ROW = {"not_created"}
"""What the API says of a session that there is not."""


@pytest.mark.parametrize(
    ("picture", "states"),
    [(SESSION, {*SessionStatus} | OF_NO_ROW), (MESSAGE, {*MessageState})],
    ids=["session", "message"],
)
def test_pictures_show_every_state(picture: str, states: set[str]) -> None:
    """A state that is new, or gone, is noticed here."""
    assert states - set(re.findall(r"[a-z_]+", picture)) == set()
    drawn = set(re.findall(r"[a-z]+_[a-z_]+", picture))
    assert drawn - states == set()
