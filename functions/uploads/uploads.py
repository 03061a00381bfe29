"""Files that callers bring: through the API, or to an address that they are given for it."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from cachetools import TTLCache

from functions.http.arriving import longest
from functions.http.forms import Part
from functions.http.room import Room
from shared.errors import MediaNotFound, MediaTooLarge, Overloaded
from shared.ids import is_file_id, now_ms
from shared.media.keeping import Arriving, FileKeeping
from shared.media.model import StoredFile
from shared.media.names import clean_name
from shared.media.ports import Files
from shared.media.types import UNKNOWN

_TICKET: Final = re.compile(r"(?P<key>key_[0-9a-z]{26})\.(?P<file>med_[0-9a-z]{26})\.(?P<secret>[A-Za-z0-9_-]{43})")
_GOOD_FOR: Final = 3600
"""Seconds of an address to bring a file to, and of one to fetch it from."""
_FORM_AROUND: Final = 64 * 1024
"""Bytes of a form that are not its file's, at most, where its size is a reason to refuse it before it is read."""
_REMEMBERED: Final = 1000
_REMEMBERED_FOR: Final = 10.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What is set for them."""

    size: int
    """Bytes of one."""
    hours: int
    """For which one stays that no message uses."""
    at_once: int
    """Uploads of this process that come in at the same time."""


@dataclass(frozen=True, slots=True)
class Promised:
    """Where the bytes of a file may be brought, once."""

    file: StoredFile
    url: str
    """An absolute address, or a path of this API."""
    headers: dict[str, str]
    """That have to be sent with them."""
    expires_at: int
    """Milliseconds since 1970."""


class Uploads:
    """Of one process."""

    def __init__(self, keeping: FileKeeping, files: Files, limits: UploadLimits) -> None:
        self._keeping = keeping
        self._files = files
        self._limits = limits
        self._room = Room(limits.at_once)
        self._sent: TTLCache[tuple[str, str], StoredFile] = TTLCache(_REMEMBERED, _REMEMBERED_FOR, time.monotonic)

    @property
    def largest(self) -> int:
        """Bytes of a file that may be uploaded."""
        return self._limits.size

    def check_size(self, declared: int | None, limit: int | None = None) -> None:
        """Refuse what says that it is too large, before it comes. Raises MediaTooLarge."""
        allowed = limit or self._limits.size
        if declared is not None and declared > allowed + _FORM_AROUND:
            raise MediaTooLarge(f"The file is larger than {allowed} bytes.", limit=allowed)

    async def keep(self, key_id: str, part: Part, declared: int | None, limit: int | None = None) -> StoredFile:
        """Keep a file of a form; for so many hours, unless a message uses it.

        Args:
            key_id: whose it is.
            part: of the form.
            declared: bytes of the body, where its sender says so.
            limit: bytes it may have; those of an upload by default.

        Raises:
            WagateError: what `FileKeeping.keep` raises; Overloaded: too many are coming.
        """
        allowed = limit or self._limits.size
        size = allowed if declared is None else min(allowed, declared)
        arriving = self._arriving(key_id, size, part.file_name, part.mimetype)
        async with self._one_more():
            return await self._keeping.keep(arriving, part.chunks)

    async def promise(self, key_id: str, file_name: str | None, mimetype: str | None, size: int) -> Promised:
        """Hold room for a file of this size, which is brought to another address.

        Raises:
            MediaTooLarge: it may not be uploaded.
            MediaQuota: the key has no room left.
            StorageFull: there is none at all.
        """
        if size > self._limits.size:
            raise MediaTooLarge(f"The file is larger than {self._limits.size} bytes.", limit=self._limits.size)
        secret = secrets.token_urlsafe(32)
        arriving = self._arriving(key_id, size, file_name, mimetype, ticket=_hashed(secret))
        file = await self._keeping.reserve(arriving)
        url = await self._files.presigned_put(file, _GOOD_FOR)
        path = f"/api/upload/{file.key_id}.{file.id}.{secret}"
        headers = {"Content-Type": file.mimetype} | ({"If-None-Match": "*"} if url is not None else {})
        return Promised(file, url or path, headers, file.created_at + _GOOD_FOR * 1000)

    async def take(self, ticket: str, chunks: AsyncIterable[bytes]) -> StoredFile:
        """Keep the bytes that come with a ticket, which is good once.

        Raises:
            MediaNotFound: it is not good, or not any more.
            WagateError: what `FileKeeping.take` raises; Overloaded: too many are coming.
        """
        said = _TICKET.fullmatch(ticket)
        if said is None:
            raise MediaNotFound
        async with self._one_more():
            file = await self._keeping.claim(said["key"], said["file"], _hashed(said["secret"]))
            return await self._keeping.take(file, chunks, self._expires_at())

    async def whole(self, key_id: str, file_id: str) -> StoredFile:
        """A key's file whose bytes are there; those that were brought elsewhere are looked at now, once.

        Raises:
            MediaNotFound: there is none, not any more or not yet.
            MediaEmpty: its bytes are none.
            StoreUnavailable: see there.
        """
        if not is_file_id(file_id):
            raise MediaNotFound
        file = await self._keeping.get(key_id, file_id)
        if file.is_whole:
            return file
        looked = await self._keeping.look(file, self._expires_at())
        if looked is None or not looked.is_whole:
            raise MediaNotFound("This file has not been uploaded completely yet.")
        return looked

    async def to_send(self, key_id: str, file_id: str) -> StoredFile:
        """The same for a message: one that was sent a moment ago is believed to be there still. Its host looks for it.

        Raises what `whole` raises.
        """
        known = self._sent.get((key_id, file_id))
        if known is None or known.expires_at <= now_ms():
            known = self._sent[key_id, file_id] = await self.whole(key_id, file_id)
        return known

    async def address(self, file: StoredFile, disposition: str) -> str | None:
        """Where whoever is told reads it for an hour; None: here."""
        return await self._files.presigned_get(file, disposition, _GOOD_FOR)

    def open(self, file: StoredFile, start: int, end: int) -> AsyncGenerator[bytes]:
        """Its bytes from `start` until before `end`; see `shared.media.ports.Files.open`."""
        return self._files.open(file.id, start, end)

    async def hold(self, file: StoredFile, until: int) -> StoredFile:
        """Have a file stay until then at least; milliseconds since 1970. Raises MediaNotFound."""
        return await self._keeping.hold(file, until)

    async def drop(self, file: StoredFile) -> None:
        """Remove a file at once; what cannot be removed now goes when it expires."""
        await self._keeping.forget(file)

    async def remove(self, key_id: str, file_id: str) -> None:
        """Remove a key's file, if it is there. Raises StoreUnavailable."""
        await self._keeping.drop(key_id, file_id)

    def _arriving(
        self, key_id: str, size: int, file_name: str | None, mimetype: str | None, ticket: str = ""
    ) -> Arriving:
        seconds = longest(size) + (_GOOD_FOR if ticket else 0)
        return Arriving(
            key_id=key_id,
            size=size,
            arrives_by=now_ms() + round(seconds * 1000),
            expires_at=self._expires_at(),
            mimetype=(mimetype or "").partition(";")[0].strip().lower() or UNKNOWN,
            file_name=clean_name(file_name),
            ticket=ticket,
        )

    def _expires_at(self) -> int:
        return now_ms() + self._limits.hours * 3600 * 1000

    @asynccontextmanager
    async def _one_more(self) -> AsyncGenerator[None]:
        if not self._room.take(1):
            raise Overloaded("The gateway is receiving as many files as it can at once.", retry_after=1)
        try:
            yield
        finally:
            self._room.give_back(1)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
