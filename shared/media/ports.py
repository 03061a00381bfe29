"""Where files are kept, as those who use them see it: their bytes, and what is known of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path
from typing import Protocol

from shared.media.model import StoredFile, Written


class Files(Protocol):
    """The bytes of files by id. They pass through in pieces: no file is ever in memory as a whole."""

    async def write(self, file_id: str, chunks: AsyncIterable[bytes], limit: int) -> Written:
        """Keep what comes, whole or not at all; it outlives a power cut from then on.

        Whatever ends it early, an error of `chunks` or a cancellation too, leaves nothing behind.

        Raises:
            MediaTooLarge: more than `limit` bytes come.
            StorageFull: the disk is full.
            StoreUnavailable: see there.
        """
        ...

    def open(self, file_id: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes from `start` until before `end`, in pieces. Close it (`contextlib.aclosing`) if it is not read out.

        Raises:
            MediaNotFound: they are not there.
            StoreUnavailable: see there.
        """
        ...

    async def size(self, file_id: str) -> int | None:
        """How many bytes there are; None when there is no such file."""
        ...

    async def to_path(self, file_id: str, path: Path) -> None:
        """Put the bytes into a file that is not there yet, to be read and removed, not to be changed.

        Raises:
            MediaNotFound: they are not there.
            StorageFull: the disk is full.
            StoreUnavailable: see there.
        """
        ...

    def place_of(self, file_id: str) -> Path | None:
        """Where the bytes are on this disk, if they are there, to be read only; None where the store has no such place.

        They are removed when their row expires; who has them open reads on.
        """
        ...

    async def from_path(self, file_id: str, path: Path) -> Written:
        """Keep the bytes of a file, which stays. Raises what `write` raises."""
        ...

    async def delete(self, file_id: str) -> None:
        """Remove the bytes. May be repeated."""
        ...

    async def tidy(self) -> int:
        """Remove what writers left behind that died some time ago; how many. A store that does it by itself says 0."""
        ...

    async def presigned_get(self, file: StoredFile, disposition: str, seconds: int) -> str | None:
        """An address where whoever has it reads the bytes, for so long; None where the store has no such thing."""
        ...

    async def presigned_put(self, file: StoredFile, seconds: int) -> str | None:
        """An address where whoever has it brings bytes of the row's size and type, for so long; None likewise.

        Good once: they have to be sent with `If-None-Match: *`.
        """
        ...


class FileRows(Protocol):
    """What is known of files, and how much room they take."""

    async def add(self, file: StoredFile) -> None:
        """Store a new row."""
        ...

    async def get(self, key_id: str, file_id: str) -> StoredFile | None:
        """A key's file, one that has expired and is not removed yet too; None when the key has no such file."""
        ...

    async def finish(self, file: StoredFile) -> bool:
        """Write what its bytes turned out to be; False, and nothing written, when its row is gone or was finished."""
        ...

    async def claim(self, key_id: str, file_id: str, ticket: str) -> StoredFile | None:
        """Take its ticket away; the row as it is now, None when it does not have this ticket."""
        ...

    async def keep(self, key_id: str, file_id: str, until: int) -> StoredFile | None:
        """Have it expire at that time if that is later than it would; the row as it is now, None when it is gone."""
        ...

    async def expire_of(self, key_id: str, session_uid: str, at: int) -> None:
        """Have every file of a session expire at that time, if it would later. May be repeated."""
        ...

    async def remove(self, file: StoredFile) -> bool:
        """Remove the row; False when there was none."""
        ...

    async def bytes_of(self, key_id: str) -> int:
        """The room that a key's files take, until they expire or are removed."""
        ...

    async def bytes_in_all(self) -> int:
        """The same for all keys."""
        ...

    async def expired(self, before: int, limit: int) -> list[StoredFile]:
        """Rows that expired before this time, those that did so first; as many as `limit` when there are."""
        ...
