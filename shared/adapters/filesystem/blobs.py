"""Objects as files of a folder: written whole or not at all, compared and replaced under a lock between processes.

An object `auth/k1/manifest` is the file `auth+/k1+/manifest`: no key has a `+`, so an object and a prefix never
want the same name. The etag is the SHA-256 of the bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from shared.adapters.filesystem.lock import locked
from shared.blobs.ports import Blob, PreconditionFailed
from shared.blobs.segments import segments_of, split_prefix
from shared.durable import make_folder, remove_durably, replace_durably, write_new
from shared.errors import StoreUnavailable

T = TypeVar("T")

_ANSWER_WITHIN = 30.0
_ABANDONED_AFTER = 3600.0
"""Seconds after which a temporary file is what a crash left."""


class FolderBlobs:
    """`shared.blobs.ports.Blobs`. Make one with `open`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / "+new"
        self._lock = root / "+lock"

    @classmethod
    async def open(cls, root: Path) -> FolderBlobs:
        """Objects below this folder, made when missing, for its owner only. Raises StoreUnavailable."""
        return await _in_thread(root, lambda: cls._prepared(root.absolute()))

    async def get(self, key: str) -> Blob | None:
        """The object, or None."""
        path = self._path(key)
        return await _in_thread(path, lambda: _read(path))

    async def put(self, key: str, body: bytes, *, if_match: str | None = None, if_absent: bool = False) -> str:
        """Write an object whole or not at all; its new etag.

        Raises:
            PreconditionFailed: `if_match` is not its etag, or `if_absent` and it is there.
        """
        path = self._path(key)
        return await _in_thread(path, lambda: self._put(path, body, if_match, if_absent=if_absent))

    async def delete(self, key: str) -> None:
        """Remove an object. May be repeated."""
        path = self._path(key)
        await _in_thread(path, lambda: self._delete(path))

    async def list(self, prefix: str) -> list[str]:
        """Keys that begin with the prefix, sorted."""
        segments, beginning = split_prefix(prefix)
        folder = self._folder(segments)
        return await _in_thread(folder, lambda: sorted(_keys_below(folder, "/".join([*segments, ""]), beginning)))

    @classmethod
    def _prepared(cls, root: Path) -> FolderBlobs:
        blobs = cls(root)
        make_folder(blobs._temporary)
        for left in blobs._temporary.iterdir():
            with suppress(FileNotFoundError):  # another process removed it
                if left.stat().st_mtime < time.time() - _ABANDONED_AFTER:
                    left.unlink()
        return blobs

    def _put(self, path: Path, body: bytes, if_match: str | None, *, if_absent: bool) -> str:
        written = write_new(self._temporary, body)
        try:
            make_folder(path.parent)
            with locked(self._lock):
                _check(path, if_match, if_absent=if_absent)
                replace_durably(written, path)
        finally:
            written.unlink(missing_ok=True)
        return _etag(body)

    def _delete(self, path: Path) -> None:
        with locked(self._lock), suppress(FileNotFoundError):
            remove_durably(path)

    def _path(self, key: str) -> Path:
        *folders, name = segments_of(key)
        return self._folder(folders) / name

    def _folder(self, segments: list[str]) -> Path:
        return self._root.joinpath(*(f"{segment}+" for segment in segments))


def _check(path: Path, if_match: str | None, *, if_absent: bool) -> None:
    if if_match is None and not if_absent:
        return
    present = _read(path)
    if if_absent and present is not None:
        raise PreconditionFailed(f"{path} is there already")
    if if_match is not None and (present is None or present.etag != if_match):
        raise PreconditionFailed(f"{path} is not {if_match} any more")


async def _in_thread(path: Path, action: Callable[[], T]) -> T:
    """Do it off the event loop, its failure told as StoreUnavailable."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            return await asyncio.to_thread(action)
    except OSError as error:  # a TimeoutError is one
        words = error.strerror or str(error) or f"the disk did not answer within {_ANSWER_WITHIN:g} s"
        raise StoreUnavailable(
            f"The folder of objects cannot be used: {words}.", retry_after=5.0, inside=path
        ) from error


def _keys_below(folder: Path, prefix: str, beginning: str = "") -> Iterator[str]:
    """Keys of the folder's objects whose next segment begins so; nothing when there is no such folder."""
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name.startswith(beginning):
            if entry.is_dir():
                if entry.name.endswith("+"):  # not "+new"
                    yield from _keys_below(Path(entry.path), f"{prefix}{entry.name[:-1]}/")
            elif "+" not in entry.name:
                yield prefix + entry.name


def _read(path: Path) -> Blob | None:
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return None
    return Blob(body, _etag(body))


def _etag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
