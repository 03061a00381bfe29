"""What may be shown of an address."""

from __future__ import annotations

import re

_USER_INFO = re.compile(r"(?<=//)[^/\s]*@")


def without_user(url: str) -> str:
    """The URL, or several, without the user and password that stand before a host."""
    return _USER_INFO.sub("", url)
