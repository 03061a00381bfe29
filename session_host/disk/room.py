"""Whether the disk takes what a shard has to write; a shard whose disk is full holds no sessions.

The WhatsApp library needs the disk too: what it cannot store it cannot decrypt, it asks the sender five times within
a moment and then drops the message, without a word to us (whatsmeow, `sendRetryReceipt`). So sessions are given up
while there is still room, and WhatsApp keeps their messages.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import threading
from collections.abc import Callable, Generator
from pathlib import Path

LEAST_ROOM = 32 * 1024 * 1024
"""Bytes that have to be free, for what sessions write while they are closed. Chosen, not measured."""
_LOOK_EVERY = 0.25
_PROBE = b"\0" * 4096


class DiskFull(Exception):  # noqa: N818 - it says what is
    """There is little room, or nothing can be written at all."""


class Unwritable(DiskFull):
    """Nothing can be written: whatever arrives now is lost."""


def free_bytes(folder: Path) -> int:
    """What is free for us on the disk of a folder. Raises OSError."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def check_room(folder: Path) -> None:
    """Raises DiskFull when little is free below the folder, Unwritable when a file there cannot be written."""
    with _probing(folder) as probe:
        _check(folder, probe)


async def watch_room(folder: Path, on_unwritable: Callable[[], None]) -> None:
    """Look four times a second, until DiskFull is raised; `on_unwritable` is called before Unwritable is.

    One thread does all the looks: to give each of them to a thread takes three times as much of a processor.
    """
    over = threading.Event()
    try:
        await asyncio.to_thread(_look, folder, over)
    except Unwritable:
        on_unwritable()
        raise
    finally:
        over.set()


def _look(folder: Path, over: threading.Event) -> None:
    with _probing(folder) as probe:
        while not over.wait(_LOOK_EVERY):
            _check(folder, probe)


def _check(folder: Path, probe: int) -> None:
    """Raises DiskFull and OSError."""
    free = free_bytes(folder)
    os.pwrite(probe, _PROBE, 0)
    os.ftruncate(probe, 0)
    if free < LEAST_ROOM:
        raise DiskFull(
            f"{folder} has {free // 1024} KiB free, less than {LEAST_ROOM // 1024}: make room on its disk. Until "
            "then its sessions are disconnected here, and WhatsApp keeps their messages."
        )


@contextlib.contextmanager
def _probing(folder: Path) -> Generator[int]:
    """A file without a name to write into: to make one for each look takes three times as much of a processor.

    Every OSError becomes Unwritable.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            yield probe.fileno()
    except OSError as error:
        raise Unwritable(
            f"Nothing can be written to {folder} ({error}): its sessions are disconnected until that works."
        ) from error
