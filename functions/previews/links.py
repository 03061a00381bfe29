"""The link in a text that its preview is of."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 2048
_LINK: Final = re.compile(rf"https?://[^\s<>\"'`]{{1,{_LONGEST}}}", re.IGNORECASE)
_BEHIND: Final = ".,;:!?…*_~"
"""What ends a sentence, or a word in bold, and not an address."""
_OF_SCHEME: Final = 2
"""Slashes that are there without a host."""
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def first_link(text: str) -> str | None:
    """The first http(s) address in a text; None when there is none."""
    links = (_ended(found[0]) for found in _LINK.finditer(text))
    return next((link for link in links if not link.endswith("/") or link.count("/") > _OF_SCHEME), None)


def _ended(link: str) -> str:
    """Without what is around it: a bracket is its own where it opens one."""
    while link[-1] in _BEHIND or (link[-1] in _PAIRS and link.count(link[-1]) > link.count(_PAIRS[link[-1]])):
        link = link[:-1]
    return link
