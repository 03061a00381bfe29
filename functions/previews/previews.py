"""Previews of links: fetched through the guard, as little as is needed, and remembered for a while.

Whatever goes wrong costs the preview, or its picture, and never the message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import structlog
from cachetools import TTLCache

from functions.uploads.sources import FileField, Source, Sources, file_of
from shared.contracts.about import Preview
from shared.contracts.content.file import File
from shared.errors import WagateError

if TYPE_CHECKING:
    from functions.previews.page import Page

log = structlog.get_logger("functions")

_WITHIN: Final = 6.0
"""Seconds for page and picture, of which a send waits for no more."""
_PICTURE_WITHIN: Final = 3.0
_READ_AT_MOST: Final = 512 * 1024
"""Bytes of a page that are read: what it says of itself stands at its beginning."""
_LARGEST: Final = 1 << 40
"""Bytes that a page may say it has."""
_PICTURE = FileField("image", 2 * 1024 * 1024, ("image/",))
_PAGES: Final = ("text/html", "application/xhtml+xml")
_REMEMBERED, _REMEMBERED_FOR, _FAILURES_FOR = 1_000, 600.0, 60.0


class Previews:
    """Of one process."""

    def __init__(self, sources: Sources, clock: Callable[[], float] = time.monotonic) -> None:
        self._sources = sources
        self._known: TTLCache[tuple[str, str], Preview] = TTLCache(_REMEMBERED, _REMEMBERED_FOR, clock)
        self._failed: TTLCache[tuple[str, str], bool] = TTLCache(_REMEMBERED, _FAILURES_FOR, clock)

    async def of(self, key_id: str, url: str) -> Preview | None:
        """What is shown of an address, for an API key; None when that cannot be had soon."""
        place = (key_id, url)
        known = self._known.get(place)
        if known is not None or place in self._failed:
            return known
        try:
            async with asyncio.timeout(_WITHIN):
                found = await self._made(key_id, url)
        except (WagateError, TimeoutError) as error:
            found = None
            log.info("no_preview", why=getattr(error, "code", "it took too long"))
        if found is None:
            self._failed[place] = True
        else:
            self._known[place] = found
        return found

    async def picture(self, key_id: str, url: str, page: str = "") -> File | None:
        """The picture at an address, as a page has it, kept for a message; None when that cannot be had soon."""
        try:
            source = Source(url=urljoin(page, url))
            async with asyncio.timeout(_PICTURE_WITHIN):
                return file_of(await self._sources.take(key_id, source, _PICTURE), source)
        except (WagateError, TimeoutError, ValueError) as error:  # ValueError: it is no address
            log.info("no_picture_of_preview", why=getattr(error, "code", "it took too long"))
            return None

    async def _made(self, key_id: str, url: str) -> Preview | None:
        outside = await self._sources.outside()
        async with outside.fetch(url, _LARGEST) as fetched, aclosing(fetched.chunks) as chunks:
            if (fetched.mimetype or "").partition(";")[0].strip().lower() not in _PAGES:
                return None
            html = bytearray()
            async for chunk in chunks:
                html += chunk
                if len(html) >= _READ_AT_MOST:
                    break
            page = await asyncio.to_thread(_read, bytes(html[:_READ_AT_MOST]), fetched.mimetype)
            where = fetched.url
        if page is None:
            return None
        picture = None if page.picture is None else await self.picture(key_id, page.picture, where)
        return Preview(url=url, title=page.title, description=page.description, picture=picture)


def _read(html: bytes, content_type: str | None) -> Page | None:
    from functions.previews.page import read_page  # noqa: PLC0415 - what few requests need

    return read_page(html, content_type)
