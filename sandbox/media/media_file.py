"""One file of the media servers, and how its name is written."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes


@dataclass(slots=True)
class MediaFile:
    """A file that a device uploaded.

    `token` is its name: the SHA-256 of its (encrypted) bytes, URL-safe base64 without padding. `type` is the word of
    its path (`image`, `document`, …). `stored`: epoch seconds. `is_expired`: it is gone from the servers, and whoever
    asks is told so.
    """

    token: str
    type: str
    size: int
    number: str
    device: int
    stored: float
    is_expired: bool = False
    downloads: int = 0


def token_of(digest: bytes) -> str:
    """Return the name of the file with this SHA-256."""
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def parse_token(text: str) -> str | None:
    """Return the token that `text` is, which neonize writes with padding and Baileys without; None if it is none."""
    token = text.rstrip("=")
    return token if _TOKEN.fullmatch(token) else None
