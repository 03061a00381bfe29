"""What a writer that is broken off leaves in the folder of files: nothing."""

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.adapters.filesystem import incoming
from shared.adapters.filesystem.files import FolderFiles
from shared.errors import StorageFull
from shared.ids import new_file_id
from tests.chaos.small_disk import SmallDisk
from tests.left_files import left_in

LIMIT = 1 << 30
PIECE = bytes(300_000)


@pytest.fixture
async def files(tmp_path: Path) -> FolderFiles:
    return await FolderFiles.open_folder(tmp_path / "media")


async def test_a_writer_that_is_cancelled_leaves_nothing(files: FolderFiles, tmp_path: Path) -> None:
    """In the middle of a file, whose writing may go on in a thread at that moment."""
    begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield PIECE
        begun.set()
        await asyncio.Event().wait()

    for _ in range(20):
        begun.clear()
        writing = asyncio.create_task(files.write(new_file_id(), slow(), LIMIT))
        await begun.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    assert left_in(tmp_path) == []


async def test_a_writer_that_is_cancelled_at_any_moment_leaves_nothing(files: FolderFiles, tmp_path: Path) -> None:
    """After each number of turns of the event loop, until it is done before."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield PIECE

    kept = 0
    for turns in range(0, 400, 3):
        file_id = new_file_id()
        writing = asyncio.create_task(files.write(file_id, chunks(), LIMIT))
        for _ in range(turns):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
        kept += await files.size(file_id) is not None
        await files.delete(file_id)
        assert left_in(tmp_path) == []
    assert kept < 134


async def test_a_disk_that_says_no_leaves_nothing(files: FolderFiles, tmp_path: Path) -> None:
    """A limit on the size of files stands for every error that writing can have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield PIECE

    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(Exception, match="folder of files"):
            await files.write(new_file_id(), chunks(), LIMIT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left_in(tmp_path) == []


@pytest.fixture
async def small_disk(tmp_path: Path) -> AsyncIterator[SmallDisk]:
    disk = await SmallDisk.mount(tmp_path / "small", 16)
    if disk is None:
        pytest.skip("only root may mount a disk of its own")
    yield disk
    await disk.unmount()


async def test_a_full_disk_is_told_and_leaves_nothing(small_disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the room ends in the middle of a file, whatever was to be left free."""
    monkeypatch.setattr(incoming, "LEAST_ROOM", 0)
    files = await FolderFiles.open_folder(small_disk.place / "media")

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield os.urandom(300_000)

    with pytest.raises(StorageFull):
        await files.write(new_file_id(), endless(), LIMIT)
    assert left_in(small_disk.place) == []


async def test_room_for_rows_is_left_free(small_disk: SmallDisk) -> None:
    """A disk with less than what files leave free takes none, and everything else."""
    files = await FolderFiles.open_folder(small_disk.place / "media")

    async def one() -> AsyncIterator[bytes]:
        yield b"x"

    with pytest.raises(StorageFull):
        await files.write(new_file_id(), one(), LIMIT)
    (small_disk.place / "row").write_bytes(b"x")


async def test_what_a_dead_writer_left_is_removed_after_an_hour(files: FolderFiles, tmp_path: Path) -> None:
    """Not what is younger: it is being written."""
    left, young = (tmp_path / "media" / "+new" / name for name in ("left", "young"))
    for path in (left, young):
        path.write_bytes(b"x")
    os.utime(left, (time.time() - 3700, time.time() - 3700))
    assert await files.tidy() == 1
    assert (left.exists(), young.exists()) == (False, True)
