"""To whom somebody writes: a number, or a group."""

from __future__ import annotations

import re
from typing import Final

from sandbox.state.accounts import parse_number

_GROUP: Final = re.compile(r"[0-9]+@g\.us")


def parse_addressee(text: str) -> str:
    """Return the digits of a number, or the JID of a group.

    Raises:
        NumberError: It is neither.
    """
    return text if _GROUP.fullmatch(text) else parse_number(text)
