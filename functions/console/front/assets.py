"""The files of the pages: styles, scripts, pictures. Each is read once, and its address changes with what is in it."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parents[1] / "assets"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ADDRESS: Final = "/console/assets"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is and compressed."""

    content: bytes
    compressed: bytes
    media_type: str
    digest: str
    """Of its bytes: who has this one has it for good."""


@cache
def asset(name: str) -> Asset | None:
    """The file of that name; None when there is none."""
    path = _paths().get(name)
    if path is None:
        return None
    content = path.read_bytes()
    media_type = f"{_TYPES[path.suffix]}; charset=utf-8"
    return Asset(content, gzip.compress(content, mtime=0), media_type, hashlib.sha256(content).hexdigest()[:16])


def address_of(name: str) -> str:
    """Where a page finds it. Raises KeyError for one that there is not."""
    found = asset(name)
    if found is None:
        raise KeyError(name)
    return f"{ADDRESS}/{name}?v={found.digest}"


@cache
def _paths() -> dict[str, Path]:
    """Every file by its name: what is not in here is not served, whatever an address says."""
    return {path.name: path for path in _FOLDER.rglob("*") if path.suffix in _TYPES}
