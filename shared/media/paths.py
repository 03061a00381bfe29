"""Files on this machine's disk, read and written in pieces off the event loop."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import suppress
from pathlib import Path

from shared.errors import StorageFull

PIECE = 64 * 1024
"""Bytes that are read at once: what a slow reader of a file holds."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""How the system says that there is no room."""


async def pieces_of(path: Path) -> AsyncGenerator[bytes]:
    """The bytes of a file. Raises OSError."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        await asyncio.shield(asyncio.to_thread(file.close))  # it waits for a read that was given up


async def write_new(path: Path, pieces: AsyncIterable[bytes]) -> None:
    """Write a file that is not there yet, or leave none.

    Raises:
        StorageFull: the disk is full.
        OSError: anything else.
    """
    file = await asyncio.to_thread(path.open, "xb")
    try:
        async for piece in pieces:
            await asyncio.to_thread(file.write, piece)
        await asyncio.to_thread(file.close)
    except BaseException as error:
        with suppress(OSError):
            await asyncio.shield(asyncio.to_thread(file.close))
        await asyncio.shield(asyncio.to_thread(path.unlink, missing_ok=True))
        if isinstance(error, OSError) and error.errno in FULL:
            raise StorageFull(inside=path) from error
        raise
