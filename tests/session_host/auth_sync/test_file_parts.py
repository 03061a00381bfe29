"""Files on their way in parts, in memory."""

import asyncio
import os

import pytest

from session_host.auth_sync.file_parts import LARGEST, FileParts
from shared.contracts.commands.transfer import FILE_PART
from shared.errors import AuthFileInvalid, NoHost, Overloaded

TOKEN = "t" * 22


async def test_a_file_is_read_in_parts() -> None:
    """From any offset, to its end; of its session only."""
    parts, file = FileParts(), os.urandom(FILE_PART * 2 + 5)
    token = parts.offer("ses_1", file)
    read = bytearray()
    while part := parts.read("ses_1", token, len(read)):
        read += part
    assert bytes(read) == file
    with pytest.raises(NoHost):
        parts.read("ses_2", token, 0)


async def test_a_file_is_kept_in_parts() -> None:
    """A part that comes again changes nothing; what was taken is gone."""
    parts, file = FileParts(), os.urandom(FILE_PART + 5)
    for offset in (0, 0, FILE_PART, FILE_PART):
        parts.add("ses_1", TOKEN, offset, file[offset : offset + FILE_PART])
    assert parts.take("ses_1", TOKEN) == file
    with pytest.raises(NoHost):
        parts.take("ses_1", TOKEN)


@pytest.mark.parametrize(
    ("offset", "length", "error"), [(5, 1, NoHost), (0, LARGEST + 1, AuthFileInvalid)], ids=["gap", "too large"]
)
async def test_what_cannot_be_kept_is_said(offset: int, length: int, error: type[Exception]) -> None:
    """A part whose predecessor is missing (another host had it), and a file that is no export."""
    parts = FileParts()
    parts.add("ses_1", TOKEN, 0, b"")
    with pytest.raises(error):
        parts.add("ses_1", TOKEN, offset, bytes(length))


async def test_few_at_a_time() -> None:
    """A fifth waits, until one was taken."""
    parts = FileParts()
    tokens = [parts.offer("ses_1", b"x") for _ in range(4)]
    with pytest.raises(Overloaded):
        parts.offer("ses_1", b"x")
    parts.take("ses_1", tokens[0])
    parts.offer("ses_1", b"x")


async def test_nobody_comes_back_for_it() -> None:
    """A file that nobody asks for any more is dropped."""
    parts = FileParts(kept_for=0.05)
    token = parts.offer("ses_1", b"x")
    async with asyncio.timeout(45):
        while parts._files:
            await asyncio.sleep(0.01)
    with pytest.raises(NoHost):
        parts.read("ses_1", token, 0)
