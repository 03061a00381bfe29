"""Files of messages on their way out: fetched, and made ready for WhatsApp."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

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


class Readying:
    """Of one shard. Made and used on one event loop."""

    def __init__(self, files: Files, converters: Converters, folder: Path) -> None:
        """`folder` is this shard's alone; what an earlier process left there is removed."""
        self._files = files
        self._converters = converters
        self._folder = folder
        self._names = itertools.count()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._known: LRUCache[tuple[str, ...], tuple[Prepared, Path | None]] = LRUCache(_REMEMBERED)
        """What WhatsApp is told of files that go out as they are, and where they are kept on this disk, if they are.

        The bytes of an id never change.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    async def thumbnail(self, picture: File) -> bytes:
        """A small JPEG of a picture; empty when none can be made. Raises what `ready` does."""
        async with self.ready_as("preview", picture) as (_, prepared):
            return prepared.thumbnail or b""

    def ready(self, content: WithFile) -> AbstractAsyncContextManager[tuple[Path, Prepared]]:
        """The file of a message as it goes out: see `ready_as`."""
        return self.ready_as(content.type, content.file)

    @asynccontextmanager
    async def ready_as(self, kind: str, file: File) -> AsyncGenerator[tuple[Path, Prepared]]:
        """The file as it goes out as something of this kind, as long as the context lasts.

        Raises:
            MediaNotFound: it is not kept any more.
            StorageFull, StoreUnavailable: see there.
            MediaUnreadable, PictureTooLarge, MediaTooHeavy: see `Converter.prepare`.
        """
        same = file.media_id, kind, file.mimetype, file.file_name or ""
        known, kept = self._known.get(same) or self._as_it_came(same)
        if known is not None and kept is not None:
            try:
                yield kept, known
            except FileNotFoundError as error:
                raise MediaNotFound from error
            return
        async with self._room:
            name = next(self._names)
            source, target = self._folder / f"{name}.came", self._folder / f"{name}.goes"
            try:
                await self._files.to_path(file.media_id, source)
                order = Order(kind, source, target, file.mimetype, file.file_name or "")
                prepared = known or await self._converters.prepare(order)
                if not prepared.converted:
                    self._known[same] = prepared, self._files.place_of(file.media_id)
                yield (target if prepared.converted else source), prepared
            finally:
                await asyncio.shield(asyncio.to_thread(_remove, source, target))

    def _as_it_came(self, same: tuple[str, str, str, str]) -> tuple[Prepared | None, Path | None]:
        """A document of which nothing has to be read: what it is was seen when it came, and it is not shown small."""
        media_id, kind, mimetype, _ = same
        if kind != "document" or mimetype in _VAGUE or mimetype.startswith("image/"):
            return None, None
        self._known[same] = known = Prepared(mimetype), self._files.place_of(media_id)
        return known


def _remove(*files: Path) -> None:
    for file in files:
        with suppress(OSError):  # what stays is removed at the next start
            file.unlink()
