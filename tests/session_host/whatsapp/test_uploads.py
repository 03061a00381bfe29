"""Uploads are so many bytes at once, and one that hangs is left behind and counted."""

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from session_host.whatsapp import uploads
from session_host.whatsapp.leftovers import Leftovers
from session_host.whatsapp.library.binding import protobufs
from session_host.whatsapp.library.neonize_client import MediaKinds
from session_host.whatsapp.media_client import NotUploaded
from session_host.whatsapp.uploads import ByteRoom, Uploads

_WITHIN = 45.0


class Library:
    """Answers when it is let; `NeonizeClient.upload` against a server is in tests/session_host/test_files_sent.py."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.error = ""
        self.kinds: list[int] = []

    def upload(self, content: Any, kind: int) -> Any:
        self.kinds.append(kind)
        self.let.wait(_WITHIN)
        answer = protobufs.UploadReturnFunction(Error=self.error)
        answer.UploadResponse.FileLength = len(content)
        return answer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a"
    made.write_bytes(b"words")
    return made


async def _until(met: Any) -> None:
    async with asyncio.timeout(_WITHIN):
        while not met():
            await asyncio.sleep(0.01)


async def test_an_upload_that_hangs_is_left_and_counted(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it returns; whoever waited is told that the file is not there, and room is free for the next."""
    monkeypatch.setattr(uploads, "_BEGINS_WITHIN", 0.1)
    leftovers, library = Leftovers(), cast("Any", Library())
    all_of_it = Uploads(leftovers, at_once=5)
    with pytest.raises(NotUploaded) as told:
        await all_of_it.upload(library, file, 5, "document")
    assert told.value.code is None
    assert leftovers.uploads == 1
    library.let.set()
    await _until(lambda: leftovers.uploads == 0)
    monkeypatch.setattr(uploads, "_BEGINS_WITHIN", _WITHIN)  # this one is to come
    assert (await all_of_it.upload(library, file, 5, "voice")).size == 5
    assert library.kinds == [MediaKinds.DOCUMENT, MediaKinds.AUDIO]


async def test_a_file_that_was_removed_is_not_brought_from_memory(file: Path) -> None:
    """Its bytes may still be mapped: who removed it is heeded all the same."""
    library = Library()
    library.let.set()
    all_of_it = Uploads(Leftovers(), 100)
    assert [(await all_of_it.upload(cast("Any", library), file, 5, "image")).size for _ in range(2)] == [5, 5]
    await asyncio.to_thread(file.unlink)
    with pytest.raises(FileNotFoundError):
        await all_of_it.upload(cast("Any", library), file, 5, "image")
    assert len(library.kinds) == 2


async def test_whoever_gives_up_an_upload_leaves_it(file: Path) -> None:
    """The library goes on with it; it is counted as one that hangs."""
    leftovers, library = Leftovers(), cast("Any", Library())
    asked = asyncio.create_task(Uploads(leftovers, 100).upload(library, file, 5, "image"))
    await _until(lambda: library.kinds)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert leftovers.uploads == 1
    library.let.set()
    await _until(lambda: leftovers.uploads == 0)


@pytest.mark.parametrize(
    ("error", "code"), [("upload failed with status code 401", 401), ("failed to execute request: EOF", None)]
)
async def test_what_the_server_answers_is_told(file: Path, error: str, code: int | None) -> None:
    """Its code decides when it is tried again."""
    library = Library()
    library.error = error
    library.let.set()
    with pytest.raises(NotUploaded) as told:
        await Uploads(Leftovers(), 100).upload(cast("Any", library), file, 5, "image")
    assert told.value.code == code


async def test_room_is_given_in_the_order_of_asking() -> None:
    """A large file is not passed for ever by small ones; one that is larger than all of it goes alone."""
    room, order = ByteRoom(10), list[str]()
    leave = {name: asyncio.Event() for name in ("first", "large", "small")}

    async def take(name: str, size: int) -> None:
        taken = room.take(size) or await room.wait(size)
        order.append(name)
        await leave[name].wait()
        room.give_back(taken)

    tasks = [asyncio.create_task(take("first", 6))]
    await _until(lambda: order == ["first"])
    tasks.append(asyncio.create_task(take("large", 1000)))
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(take("small", 1)))
    await asyncio.sleep(0.05)
    assert order == ["first"]
    leave["first"].set()
    await _until(lambda: order == ["first", "large"])
    leave["large"].set()
    await _until(lambda: order == ["first", "large", "small"])
    leave["small"].set()
    await asyncio.gather(*tasks)
