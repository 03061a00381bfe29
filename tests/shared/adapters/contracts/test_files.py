"""What every adapter of `shared.media.ports.Files` does."""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from shared.adapters.stores import Stores
from shared.errors import MediaNotFound, MediaTooLarge
from shared.ids import new_file_id
from shared.media.model import Written

LARGE = os.urandom(9 * 1024 * 1024)
"""More than a part of an upload to S3, and not a whole number of anything."""
LIMIT = 20 * 1024 * 1024


class _BrokenOffError(Exception):
    """What brings the bytes ends in the middle."""


async def _chunks(body: bytes, size: int = 60_000) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def _read(stores: Stores, file_id: str, start: int = 0, end: int | None = None) -> bytes:
    async with aclosing(stores.files.open(file_id, start, end)) as pieces:
        return b"".join([piece async for piece in pieces])


async def test_a_file_is_read_as_it_was_written(stores: Stores) -> None:
    """None of its pieces is large; its size and hash are told by the write."""
    for body in (b"", b"\x00\xff", LARGE):
        file_id = new_file_id()
        assert await stores.files.write(file_id, _chunks(body), LIMIT) == Written(
            len(body), hashlib.sha256(body).hexdigest()
        )
        assert await stores.files.size(file_id) == len(body)
        async with aclosing(stores.files.open(file_id)) as pieces:
            read = [piece async for piece in pieces]
        assert b"".join(read) == body
        assert max(map(len, read), default=0) <= 1024 * 1024


async def test_a_part_of_a_file_is_read(stores: Stores) -> None:
    """From any byte until before any other, and to the end."""
    file_id = new_file_id()
    await stores.files.write(file_id, _chunks(LARGE), LIMIT)
    for start, end in ((0, 1), (1, 300_000), (5_000_000, 9_000_001), (len(LARGE) - 1, len(LARGE))):
        assert await _read(stores, file_id, start, end) == LARGE[start:end]
    assert await _read(stores, file_id, 8_000_000) == LARGE[8_000_000:]


async def test_a_reader_may_leave(stores: Stores) -> None:
    """After the first piece; the next one reads it all."""
    file_id = new_file_id()
    await stores.files.write(file_id, _chunks(LARGE), LIMIT)
    async with aclosing(stores.files.open(file_id)) as pieces:
        assert await anext(pieces)
    assert await _read(stores, file_id) == LARGE


async def test_a_file_that_is_too_large_is_not_kept(stores: Stores) -> None:
    """The limit itself is allowed; a byte more is refused while it comes."""
    file_id = new_file_id()
    with pytest.raises(MediaTooLarge) as refused:
        await stores.files.write(file_id, _chunks(LARGE), len(LARGE) - 1)
    assert refused.value.details == {"limit": len(LARGE) - 1}
    assert await stores.files.size(file_id) is None
    assert (await stores.files.write(file_id, _chunks(LARGE), len(LARGE))).size == len(LARGE)


async def test_a_file_that_does_not_come_whole_is_not_kept(stores: Stores) -> None:
    """Its source's error is raised as it is."""

    async def broken() -> AsyncIterator[bytes]:
        yield LARGE
        raise _BrokenOffError

    file_id = new_file_id()
    with pytest.raises(_BrokenOffError):
        await stores.files.write(file_id, broken(), LIMIT)
    assert await stores.files.size(file_id) is None
    with pytest.raises(MediaNotFound):
        await _read(stores, file_id)


async def test_a_file_is_removed(stores: Stores) -> None:
    """It may be repeated; one that never was is as one that was removed."""
    file_id = new_file_id()
    await stores.files.write(file_id, _chunks(b"x"), LIMIT)
    await stores.files.delete(file_id)
    await stores.files.delete(file_id)
    assert await stores.files.size(file_id) is None
    with pytest.raises(MediaNotFound):
        await _read(stores, file_id)


async def test_a_file_goes_onto_the_disk_and_comes_from_it(stores: Stores, tmp_path: Path) -> None:
    """What is removed there stays kept; what is not kept leaves no file."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(LARGE)
    file_id = new_file_id()
    written = await stores.files.from_path(file_id, source)
    assert written == Written(len(LARGE), hashlib.sha256(LARGE).hexdigest())
    source.unlink()
    await stores.files.to_path(file_id, target)
    assert target.read_bytes() == LARGE
    target.unlink()
    assert await stores.files.size(file_id) == len(LARGE)
    place = stores.files.place_of(file_id)
    assert place is None or place.read_bytes() == LARGE
    with pytest.raises(MediaNotFound):
        await stores.files.to_path(new_file_id(), target)
    assert not target.exists()


async def test_nothing_of_a_writer_that_works_is_tidied_up(stores: Stores) -> None:
    """What is being written, and what is whole, is left alone."""
    whole, coming = new_file_id(), new_file_id()
    await stores.files.write(whole, _chunks(b"x"), LIMIT)

    async def tidied() -> AsyncIterator[bytes]:
        yield LARGE
        assert await stores.files.tidy() == 0
        yield b"end"

    await stores.files.write(coming, tidied(), LIMIT)
    assert await _read(stores, coming) == LARGE + b"end"
    assert await _read(stores, whole) == b"x"


async def test_what_is_no_id_reaches_no_file(stores: Stores) -> None:
    """Whatever a caller sends as one."""
    for file_id in ("", "med_", "../../wagate.db", "med_" + "u" * 26, "med_" + "0" * 26 + "/x"):
        with pytest.raises(ValueError, match="not the id"):
            await stores.files.write(file_id, _chunks(b"x"), 1)
        with pytest.raises(ValueError, match="not the id"):
            await _read(stores, file_id)
        with pytest.raises(ValueError, match="not the id"):
            await stores.files.delete(file_id)
