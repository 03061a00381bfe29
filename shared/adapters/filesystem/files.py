"""Files in a folder: `media/3k/med_…3k`, in a folder for the last two characters of their ids, which are random."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

from shared.adapters.filesystem.incoming import Incoming
from shared.durable import make_folder, remove_durably
from shared.errors import MediaNotFound, StorageFull, StoreUnavailable
from shared.ids import is_file_id
from shared.media.model import StoredFile, Written
from shared.media.paths import FULL, PIECE, pieces_of

T = TypeVar("T")

_ANSWER_WITHIN = 30.0
_WRITTEN_AT_ONCE = 256 * 1024
_ABANDONED_AFTER = 3600.0
"""Seconds without a write after which a file that is not whole is what a crash left."""


class FolderFiles:
    """`shared.media.ports.Files`. Make one with `open_folder`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / "+new"

    @classmethod
    async def open_folder(cls, root: Path) -> FolderFiles:
        """Files below this folder, made when missing, for its owner only. Raises StoreUnavailable."""
        files = cls(root)
        await _in_thread(root, lambda: make_folder(files._temporary))
        return files

    async def write(self, file_id: str, chunks: AsyncIterable[bytes], limit: int) -> Written:
        """Keep what comes, whole or not at all; see the port."""
        path, incoming = self._path(file_id), Incoming(self._temporary, limit)
        try:
            async for piece in _gathered(chunks):
                await _in_thread(path, lambda piece=piece: incoming.add(piece))
            return await _in_thread(path, lambda: incoming.finish(path))
        finally:
            await asyncio.shield(asyncio.to_thread(incoming.discard))

    async def open(self, file_id: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes from `start` until before `end`, in pieces; see the port."""
        path = self._path(file_id)
        file = await _in_thread(path, lambda: _there(lambda: _opened(path, start)))
        left = end - start if end is not None else None
        try:
            while left is None or left > 0:
                size = PIECE if left is None else min(PIECE, left)
                piece = await _in_thread(path, lambda size=size: file.read(size))
                if not piece:
                    break
                left = None if left is None else left - len(piece)
                yield piece
        finally:
            await asyncio.shield(asyncio.to_thread(file.close))  # it waits for a read that was given up

    async def size(self, file_id: str) -> int | None:
        """How many bytes there are; None when there is no such file."""
        path = self._path(file_id)
        with suppress(MediaNotFound):
            return (await _in_thread(path, lambda: _there(path.stat))).st_size
        return None

    async def to_path(self, file_id: str, path: Path) -> None:
        """Put the bytes into a file that is not there yet; see the port."""
        kept = self._path(file_id)
        await _in_thread(kept, lambda: _there(lambda: _link(kept, path)))

    def place_of(self, file_id: str) -> Path:
        """Where the bytes are on this disk, if they are there; see the port."""
        return self._path(file_id)

    async def from_path(self, file_id: str, path: Path) -> Written:
        """Keep the bytes of a file, which stays; see the port."""
        try:
            return await self.write(file_id, pieces_of(path), os.stat(path).st_size)  # noqa: PTH116 - as cheap as it looks
        except OSError as error:
            raise StoreUnavailable("A file that is to be kept cannot be read.", inside=path) from error

    async def delete(self, file_id: str) -> None:
        """Remove the bytes. May be repeated."""
        path = self._path(file_id)
        with suppress(MediaNotFound):
            await _in_thread(path, lambda: _there(lambda: remove_durably(path)))

    async def tidy(self) -> int:
        """Remove what writers left behind that died some time ago; how many."""
        return await _in_thread(self._temporary, lambda: _remove_abandoned(self._temporary))

    async def presigned_get(self, file: StoredFile, disposition: str, seconds: int) -> None:
        """None: a folder has no address."""

    async def presigned_put(self, file: StoredFile, seconds: int) -> None:
        """None: a folder has no address."""

    def _path(self, file_id: str) -> Path:
        if not is_file_id(file_id):
            raise ValueError(f"not the id of a file: {file_id[:100]!r}")
        return self._root / file_id[-2:] / file_id


async def _gathered(chunks: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """The same bytes in pieces that are worth a thread's time each."""
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        if len(held) >= _WRITTEN_AT_ONCE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


async def _in_thread(path: Path, action: Callable[[], T]) -> T:
    """Do it off the event loop, its failure told as an error of the catalogue."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            return await asyncio.to_thread(action)
    except OSError as error:  # a TimeoutError is one
        if error.errno in FULL:
            raise StorageFull(inside=path) from error
        words = error.strerror or str(error) or f"the disk did not answer within {_ANSWER_WITHIN:g} s"
        raise StoreUnavailable(f"The folder of files cannot be used: {words}.", retry_after=5.0, inside=path) from error


def _there(action: Callable[[], T]) -> T:
    try:
        return action()
    except FileNotFoundError as error:
        raise MediaNotFound from error


def _opened(path: Path, start: int) -> BufferedReader:
    file = path.open("rb")
    file.seek(start)
    return file


def _link(kept: Path, path: Path) -> None:
    try:
        os.link(kept, path)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that has no links
        try:
            shutil.copyfile(kept, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _remove_abandoned(folder: Path) -> int:
    removed = 0
    for left in folder.iterdir():
        with suppress(FileNotFoundError):  # its writer has finished, or another process removed it
            if left.stat().st_mtime < time.time() - _ABANDONED_AFTER:
                left.unlink()
                removed += 1
    return removed
