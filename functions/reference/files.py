"""Files that people see: those of the page of the API, and the site of docs/ where it was built (`make site`)."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_SITE: Final = _HERE / "site"
_OF_THE_API: Final = {
    "swagger-ui.js": _HERE / "vendored" / "swagger-ui-bundle.js.gz",
    "swagger-ui.css": _HERE / "vendored" / "swagger-ui.css.gz",
    "page.js": _HERE / "page.js",
    "page.css": _HERE / "page.css",
}
_SMALL: Final = 1_024
_INDEX: Final = "index.html"
_HASHED: Final = re.compile(r"\.[0-9a-f]{8}\.")


@dataclass(frozen=True, slots=True)
class File:
    """One file: what it is, and its bytes, compressed or not."""

    content: bytes
    media_type: str
    is_compressed: bool
    is_final: bool
    """Its name has a hash of what is in it: under that name there is never anything else."""


def of_the_api(name: str) -> Path | None:
    """A file beside the page of the API; None when there is none."""
    return _OF_THE_API.get(name)


def of_the_site(address: str) -> Path | None:
    """A page or file of the site, by its address below /docs/; None when there is none."""
    return _site().get(f"{address}{_INDEX}" if address == "" or address.endswith("/") else address)


def has_site() -> bool:
    """Whether the site was built."""
    return bool(_site())


def read(path: Path, *, may_compress: bool) -> File:
    """A file as it is sent."""
    content, name = path.read_bytes(), path.name.removesuffix(".gz")
    media_type = guess_type(name)[0] or "application/octet-stream"
    is_text = media_type.startswith("text/") or media_type in {"application/json", "image/svg+xml"}
    if path.suffix == ".gz":
        content = content if may_compress else gzip.decompress(content)
        is_compressed = may_compress
    else:
        is_compressed = may_compress and is_text and len(content) > _SMALL
        content = gzip.compress(content, 5, mtime=0) if is_compressed else content
    is_final = _HASHED.search(name) is not None
    return File(content, f"{media_type}; charset=utf-8" if is_text else media_type, is_compressed, is_final)


@cache
def _site() -> dict[str, Path]:
    """Every file by its address: what is not in here is not shown, whatever an address says."""
    return {str(path.relative_to(_SITE)): path for path in _SITE.rglob("*") if path.is_file()}
