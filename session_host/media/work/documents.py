"""Documents, which go out as they are."""

from __future__ import annotations

import mimetypes
from contextlib import suppress
from pathlib import Path

import filetype

from session_host.media.orders import Order, Prepared
from session_host.media.work.picture_files import opened
from session_host.media.work.thumbnails import thumbnail
from shared.errors import WagateError

_UNKNOWN = "application/octet-stream"
_MAY_BE_MORE = {"", "application/zip"}
"""Office's files are zip archives, and texts begin with nothing of their own."""


def prepare(order: Order) -> Prepared:
    """The document; a picture is shown small, when it can be read."""
    mimetype = _mimetype(order)
    small = None
    if mimetype.startswith("image/"):
        with suppress(WagateError, OSError, ValueError, SyntaxError), opened(order.source) as picture:
            small = thumbnail(picture)
    return Prepared(mimetype, thumbnail=small)


def _mimetype(order: Order) -> str:
    """By its bytes; where they do not tell, by its name, and then as it was said."""
    seen = str(filetype.guess_mime(str(order.source)) or "")
    if seen not in _MAY_BE_MORE:
        return seen
    return mimetypes.guess_type(Path(order.file_name).name)[0] or seen or order.mimetype or _UNKNOWN
