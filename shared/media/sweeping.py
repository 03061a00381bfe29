"""Removes files that have expired, with their rows."""

from __future__ import annotations

from collections.abc import Callable

from shared.media.model import StoredFile
from shared.media.ports import FileRows, Files

_AFTER_MS = 3600 * 1000
"""After its end: whoever was told just before that a file is there gets to read it."""
_AT_ONCE = 100


class FileSweep:
    """Several may do it at once."""

    def __init__(self, files: Files, file_rows: FileRows, clock: Callable[[], int]) -> None:
        self._files = files
        self._file_rows = file_rows
        self._clock = clock

    async def remove_old(self) -> int:
        """Remove what has expired, and what writers that died left behind; how many.

        Raises:
            StoreUnavailable: see there; the next sweep goes on.
        """
        removed = await self._files.tidy()
        before = self._clock() - _AFTER_MS
        while expired := await self._file_rows.expired(before, _AT_ONCE):
            swept = [await self._remove(shown, before) for shown in expired]
            removed += sum(swept)
            if len(expired) < _AT_ONCE or not any(swept):
                break
        return removed

    async def _remove(self, shown: StoredFile, before: int) -> bool:
        """Whether it was removed: an index may show a row as it was."""
        row = await self._file_rows.get(shown.key_id, shown.id)
        if row is None or row.expires_at >= before:
            return False
        await self._files.delete(row.id)  # first: what no row leads to would stay for ever
        return await self._file_rows.remove(row)
