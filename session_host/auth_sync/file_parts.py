"""Files on their way over NATS in parts: kept in memory between two parts, for a minute, and few at a time."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from shared.contracts.commands.transfer import FILE_PART
from shared.errors import AuthFileInvalid, NoHost, Overloaded

LARGEST = 24 << 20
"""Bytes of a file."""
_AT_ONCE = 4
_KEPT_FOR = 60.0
"""Seconds after it was last asked for."""
_GONE = "The host no longer has the parts of the file: the session moved, or it took longer than a minute. Try again."


@dataclass(slots=True)
class _File:
    content: bytearray
    dropped: asyncio.TimerHandle


class FileParts:
    """The files of a shard, by the session's uid and a token. Used on one event loop.

    Every method raises NoHost for a file that is not there (any more), Overloaded when there are too many.
    """

    def __init__(self, kept_for: float = _KEPT_FOR) -> None:
        """Keep files for so many seconds after they were last asked for."""
        self._kept_for = kept_for
        self._files: dict[tuple[str, str], _File] = {}

    def offer(self, uid: str, file: bytes) -> str:
        """Keep a file to be read; its token."""
        token = secrets.token_urlsafe(16)
        self._put(uid, token).content += file
        return token

    def read(self, uid: str, token: str, offset: int) -> bytes:
        """A part of it, from an offset on; empty at its end."""
        return bytes(self._find(uid, token).content[offset : offset + FILE_PART])

    def add(self, uid: str, token: str, offset: int, part: bytes) -> None:
        """Add a part to a file, the first one to none. May be repeated. Raises AuthFileInvalid: it is too large."""
        file = self._put(uid, token) if offset == 0 and (uid, token) not in self._files else self._find(uid, token)
        if offset > len(file.content):
            raise NoHost(_GONE, retry_after=1)
        if offset + len(part) > LARGEST:
            raise AuthFileInvalid(f"The file is larger than {LARGEST} bytes; no export is that large.")
        file.content[offset:] = part

    def take(self, uid: str, token: str) -> bytes:
        """The whole file, which is kept no longer."""
        content = bytes(self._find(uid, token).content)
        self._drop((uid, token))
        return content

    def _put(self, uid: str, token: str) -> _File:
        if len(self._files) >= _AT_ONCE:
            raise Overloaded("Other pairings are being exported or imported.", retry_after=5)
        file = self._files[uid, token] = _File(bytearray(), self._later(uid, token))
        return file

    def _find(self, uid: str, token: str) -> _File:
        file = self._files.get((uid, token))
        if file is None:
            raise NoHost(_GONE, retry_after=1)
        file.dropped.cancel()
        file.dropped = self._later(uid, token)
        return file

    def _later(self, uid: str, token: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._kept_for, self._drop, (uid, token))

    def _drop(self, key: tuple[str, str]) -> None:
        file = self._files.pop(key, None)
        if file is not None:
            file.dropped.cancel()
