"""Files of messages on their way out: fetched, and made ready for WhatsApp."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from cachetools import LRUCache

from session_host.media.converters import Converters
from session_host.media.orders import Order, Prepared
from shared.contracts.content.file import File, WithFile
from shared.errors import MediaNotFound
from shared.media.ports import Files

_AT_ONCE = 8
"""Files that are on this disk for it."""
_VAGUE = frozenset({"", "application/octet-stream", "application/zip", "text/plain"})
"""Types of which a file's name tells more."""
_REMEMBERED = 200
"""Files, each with a small picture of some kB."""


class Going(NamedTuple):
    """A file as it goes out."""

    file: Path
    size: int
    """Bytes."""
    prepared: Prepared


class _What(NamedTuple):
    """What decides how a file goes out. The bytes of an id never change."""

    media_id: str
    kind: str
    mimetype: str
    file_name: str


class _Known(NamedTuple):
    """What WhatsApp is told of a file that goes out as it is, and where it is kept on this disk, if it is."""

    prepared: Prepared
    place: Path | None


class Readying:
    """Of one shard. Made and used on one event loop."""

    def __init__(self, files: Files, converters: Converters, folder: Path) -> None:
        """`folder` is this shard's alone; what an earlier process left there is removed."""
        self._files = files
        self._converters = converters
        self._folder = folder
        self._names = itertools.count()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._known: LRUCache[_What, _Known] = LRUCache(_REMEMBERED)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    async def thumbnail(self, picture: File) -> bytes:
        """A small JPEG of a picture; empty when none can be made. Raises what `ready` does."""
        async with self.ready_as("preview", picture) as going:
            return going.prepared.thumbnail or b""

    def ready(self, content: WithFile) -> AbstractAsyncContextManager[Going]:
        """The file of a message as it goes out: see `ready_as`."""
        return self.ready_as(content.type, content.file)

    def kept(self, content: WithFile) -> Going | None:
        """The file of a message that goes out as it is kept on this disk, maybe gone by now; None: it is not known."""
        return self._kept(_what(content.type, content.file), content.file.size)

    @asynccontextmanager
    async def ready_as(self, kind: str, file: File) -> AsyncGenerator[Going]:
        """The file as it goes out as something of this kind, as long as the context lasts.

        Raises:
            MediaNotFound: it is not kept any more.
            StorageFull, StoreUnavailable: see there.
            MediaUnreadable, PictureTooLarge, MediaTooHeavy: see `Converter.prepare`.
        """
        what = _what(kind, file)
        kept = self._kept(what, file.size)
        if kept is not None:
            try:
                yield kept
            except FileNotFoundError as error:
                raise MediaNotFound from error
            return
        async with self._room:
            name = next(self._names)
            source, target = self._folder / f"{name}.came", self._folder / f"{name}.goes"
            try:
                await self._files.to_path(file.media_id, source)
                order = Order(kind, source, target, file.mimetype, file.file_name or "")
                known = self._known.get(what)
                prepared = await self._converters.prepare(order) if known is None else known.prepared
                if prepared.converted:
                    yield Going(target, (await asyncio.to_thread(target.stat)).st_size, prepared)
                else:
                    self._known[what] = _Known(prepared, self._files.place_of(file.media_id))
                    yield Going(source, file.size, prepared)
            finally:
                await asyncio.shield(asyncio.to_thread(_remove, source, target))

    def _kept(self, what: _What, size: int) -> Going | None:
        known = self._known.get(what) or self._as_it_came(what)
        return None if known is None or known.place is None else Going(known.place, size, known.prepared)

    def _as_it_came(self, what: _What) -> _Known | None:
        """A document of which nothing has to be read: what it is was seen when it came, and it is not shown small."""
        if what.kind != "document" or what.mimetype in _VAGUE or what.mimetype.startswith("image/"):
            return None
        self._known[what] = known = _Known(Prepared(what.mimetype), self._files.place_of(what.media_id))
        return known


def _what(kind: str, file: File) -> _What:
    return _What(file.media_id, kind, file.mimetype, file.file_name or "")


def _remove(*files: Path) -> None:
    for file in files:
        with suppress(OSError):  # what stays is removed at the next start
            file.unlink()
