"""What of a file a request wants: all, a part, or nothing because it has it (RFC 9110, 13 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from functions.http.requests import HttpRequest, header
from shared.errors import RangeNotSatisfiable
from shared.media.model import StoredFile
from shared.media.names import extension_of

_RANGE: Final = re.compile(r"bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{0,18})|-(?P<of_end>\d{1,18}))")
_SHOWN: Final = re.compile(r"(?:image|video|audio)/[a-z0-9.+-]+|application/pdf|text/plain")
"""Types that a browser may show in its place; none of them runs anything."""
_NOT_IN_QUOTES: Final = re.compile(r'[^\x20-\x7e]|["\\%]')


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bytes from `start` until before `end`."""

    start: int
    end: int
    part: bool
    """Whether that was asked for."""


def etag(file: StoredFile) -> str:
    """The tag of its bytes, which never change."""
    return f'"{file.sha256}"'


def is_known(request: HttpRequest, file: StoredFile) -> bool:
    """Whether the caller has it (`If-None-Match`)."""
    tags = {tag.strip().removeprefix("W/") for tag in (header(request, "If-None-Match") or "").split(",")}
    return bool(tags & {"*", etag(file)})


def wanted(request: HttpRequest, file: StoredFile) -> Wanted:
    """What `Range` asks for; everything where there is none that is understood, or `If-Range` means other bytes.

    Raises:
        RangeNotSatisfiable: the file ends before.
    """
    every = Wanted(0, file.size, part=False)
    asked = _RANGE.fullmatch((header(request, "Range") or "").replace(" ", ""))
    if asked is None or request.method == "HEAD" or (header(request, "If-Range") or etag(file)) != etag(file):
        return every
    if asked["of_end"] is not None:
        start, end = max(0, file.size - int(asked["of_end"])), file.size
    else:
        start, end = int(asked["first"]), min(int(asked["last"]) + 1, file.size) if asked["last"] else file.size
    if asked["last"] and int(asked["last"]) < start:
        return every  # malformed, which is to be passed over
    if start >= end:
        raise RangeNotSatisfiable(size=file.size)
    return Wanted(start, end, part=True)


def disposition(file: StoredFile) -> str:
    """How a browser treats it, and what it calls it (RFC 6266, 8187)."""
    name = file.file_name or file.id + extension_of(file.mimetype)
    kind = "inline" if _SHOWN.fullmatch(file.mimetype) else "attachment"
    plain = _NOT_IN_QUOTES.sub("_", name)
    return f'{kind}; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}")
