"""To whom somebody writes: a number, a group, or everybody who sees one's status posts."""

from __future__ import annotations

import re
from typing import Final

from sandbox.state.accounts import parse_number

_MANY: Final = re.compile(r"[0-9]+@g\.us|status@broadcast")


def parse_addressee(text: str) -> str:
    """Return the digits of a number, or the JID of a group or of status posts.

    Raises:
        NumberError: It is neither.
    """
    return text if _MANY.fullmatch(text) else parse_number(text)
