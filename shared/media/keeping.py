"""Keeps files: room is held and the row written first, then the bytes come, then the row says what they are.

So nothing is ever kept that no row leads to, and whatever ends in the middle is removed: at once where that is
possible, else when its row has expired.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace

import structlog

from shared.errors import MediaEmpty, MediaNotFound, MediaQuota, StorageFull, StoreUnavailable
from shared.ids import new_file_id
from shared.media.model import StoredFile, Written
from shared.media.ports import FileRows, Files
from shared.media.types import HEAD, UNKNOWN, type_of

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that files may take; 0 is no limit."""

    of_key: int = 0
    in_all: int = 0


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file that is about to come."""

    key_id: str
    size: int
    """Bytes that are held for it, and that it may have at most."""
    arrives_by: int
    """When it has come or never will; milliseconds since 1970, as is the next one."""
    expires_at: int
    """When it is removed, once it is there."""
    mimetype: str | None = None
    """What its sender says."""
    file_name: str | None = None
    session_uid: str | None = None
    ticket: str = ""


class FileKeeping:
    """For the API and for hosts."""

    def __init__(self, files: Files, file_rows: FileRows, room: Room, clock: Callable[[], int]) -> None:
        self._files = files
        self._file_rows = file_rows
        self._room = room
        self._clock = clock

    async def reserve(self, arriving: Arriving) -> StoredFile:
        """Hold room for a file; its row, whose bytes are still to come.

        Raises:
            MediaQuota: the key has no room left.
            StorageFull: there is none at all.
        """
        row = StoredFile(
            id=new_file_id(),
            key_id=arriving.key_id,
            session_uid=arriving.session_uid,
            mimetype=arriving.mimetype or UNKNOWN,
            size=arriving.size,
            sha256="",
            file_name=arriving.file_name,
            created_at=self._clock(),
            expires_at=arriving.arrives_by,
            ticket=arriving.ticket,
        )
        await self._file_rows.add(row)  # before the look, so that of many at once none goes beyond
        try:
            await self._check_room(row)
        except BaseException:
            await self.forget(row)
            raise
        return row

    async def keep(self, arriving: Arriving, chunks: AsyncIterable[bytes]) -> StoredFile:
        """Keep what comes.

        Raises:
            MediaQuota: the key has no room left.
            StorageFull: there is none at all, or the disk is full.
            MediaTooLarge: more comes than is held for it.
            MediaEmpty: nothing comes.
            StoreUnavailable: see there. What `chunks` raises is raised as it is.
        """
        return await self.take(await self.reserve(arriving), chunks, arriving.expires_at)

    async def take(self, row: StoredFile, chunks: AsyncIterable[bytes], expires_at: int) -> StoredFile:
        """Keep what comes for a row that was reserved; raises what `keep` raises, and MediaNotFound: it is gone."""
        head = bytearray()
        try:
            written = await self._files.write(row.id, _seen(chunks, head), row.size)
            return await self._finish(row, written, bytes(head), expires_at)
        except BaseException:
            await self.forget(row)
            raise

    async def claim(self, key_id: str, file_id: str, ticket: str) -> StoredFile:
        """The reserved file whose bytes may be brought with this ticket, once. Raises MediaNotFound."""
        row = await self._file_rows.claim(key_id, file_id, ticket)
        if row is None or row.expires_at <= self._clock():
            raise MediaNotFound
        return row

    async def look(self, row: StoredFile, expires_at: int) -> StoredFile | None:
        """A reserved file that was brought to its store directly: read once; None when it is not there yet.

        Raises:
            MediaEmpty: it has no bytes.
            StoreUnavailable: see there.
        """
        size = await self._files.size(row.id)
        if size is None:
            return None
        hashed, head = hashlib.sha256(), bytearray()
        async with aclosing(_seen(self._files.open(row.id), head)) as pieces:
            async for piece in pieces:
                hashed.update(piece)
        with suppress(MediaNotFound):  # another request has finished it
            return await self._finish(row, Written(size, hashed.hexdigest()), bytes(head), expires_at)
        return await self._file_rows.get(row.key_id, row.id)

    async def get(self, key_id: str, file_id: str) -> StoredFile:
        """A key's file that has not expired, whole or not. Raises MediaNotFound."""
        row = await self._file_rows.get(key_id, file_id)
        if row is None or row.expires_at <= self._clock():
            raise MediaNotFound
        return row

    async def hold(self, row: StoredFile, until: int) -> StoredFile:
        """Have a file stay until then at least. Raises MediaNotFound."""
        kept = await self._file_rows.keep(row.key_id, row.id, until)
        if kept is None:
            raise MediaNotFound
        return kept

    async def drop(self, key_id: str, file_id: str) -> None:
        """Remove a key's file, if it is there. Raises StoreUnavailable."""
        row = await self._file_rows.get(key_id, file_id)
        if row is not None:
            await self._files.delete(row.id)  # first: what no row leads to would stay for ever
            await self._file_rows.remove(row)

    async def _check_room(self, row: StoredFile) -> None:
        if self._room.of_key and (taken := await self._file_rows.bytes_of(row.key_id)) > self._room.of_key:
            raise MediaQuota(limit=self._room.of_key, taken=taken - row.size)
        if self._room.in_all and await self._file_rows.bytes_in_all() > self._room.in_all:
            raise StorageFull

    async def _finish(self, row: StoredFile, written: Written, head: bytes, expires_at: int) -> StoredFile:
        if not written.size:
            raise MediaEmpty
        claimed = row.mimetype if row.mimetype != UNKNOWN else None
        mimetype = await asyncio.to_thread(type_of, head, claimed)  # the first one imports for some ms
        whole = replace(
            row, mimetype=mimetype, size=written.size, sha256=written.sha256, expires_at=expires_at, ticket=""
        )
        if not await self._file_rows.finish(whole):
            raise MediaNotFound
        return whole

    async def forget(self, row: StoredFile) -> None:
        """Leave nothing of it, also when its caller is cancelled; what cannot be removed now, a sweep removes."""

        async def remove() -> None:
            try:
                await self._files.delete(row.id)
                await self._file_rows.remove(row)
            except StoreUnavailable as error:
                _log.warning("file_left_for_the_sweep", file=row.id, error=str(error))

        await asyncio.shield(asyncio.create_task(remove()))


async def _seen(chunks: AsyncIterable[bytes], head: bytearray) -> AsyncGenerator[bytes]:
    """The same chunks; their first bytes into `head`."""
    async for chunk in chunks:
        if len(head) < HEAD:
            head += chunk[: HEAD - len(head)]
        yield chunk
