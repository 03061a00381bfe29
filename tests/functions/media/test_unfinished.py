"""Whatever ends an upload or a download in the middle leaves nothing: no file, no descriptor, no row, no place."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from functions.http import arriving
from functions.server import http_protocol
from shared.adapters.filesystem import incoming
from shared.ids import now_ms
from tests.functions.conftest import Api, api_with
from tests.functions.server.test_connections import ended_why
from tests.functions.sockets import Caller, calling
from tests.functions.waiting import until
from tests.left_files import left_in

FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
END = b"\r\n--x--\r\n"


@pytest.fixture
async def api(nats_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, uploads=2) as running:
        yield running


def head(key: dict[str, str], size: int) -> bytes:
    """Of an upload whose body has so many bytes."""
    return (
        f"POST /api/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {key['X-API-Key']}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {size}\r\n\r\n"
    ).encode()


async def begun(caller: Caller, key: dict[str, str], body: bytes = b"x" * 300_000) -> None:
    """An upload of which the beginning is written, and no more comes."""
    await caller.say(head(key, 10_000_000) + FORM + body)


async def nothing_left(api: Api) -> bool:
    rows = await api.stores.file_rows.expired(now_ms() + 10**10, 9)
    return not rows and not left_in(api.settings.data_dir / "media")


async def arrived(api: Api) -> bool:
    """Whether a part of a file is on the disk."""
    return any(path.stat().st_size for path in (api.settings.data_dir / "media" / "+new").iterdir())


async def test_a_client_that_leaves_leaves_nothing(api: Api, key: dict[str, str]) -> None:
    """In the middle of its file."""
    async with calling(api) as caller:
        await begun(caller, key)
        await until(lambda: arrived(api))
    await until(lambda: nothing_left(api))


async def test_a_body_that_stops_is_given_up(api: Api, key: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In its time; the caller is told."""
    monkeypatch.setattr(arriving, "IDLE", 0.5)
    async with calling(api) as caller:
        await begun(caller, key)
        status, told = await caller.answer()
        assert (status, told["code"]) == (408, "REQUEST_TIMEOUT")
    await until(lambda: nothing_left(api))


async def test_a_body_that_crawls_is_given_up(api: Api, key: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then holds nothing for longer than its pace allows, although something comes all the time."""
    monkeypatch.setattr(arriving, "IDLE", 2.0)
    async with calling(api) as caller:
        await begun(caller, key, b"x")
        said = 0

        async def refused() -> bool:
            nonlocal said
            said += 1
            with contextlib.suppress(ConnectionError):
                await caller.say(b"x")
            return bool(caller.reader._buffer)

        await until(refused)
        status, told = await caller.answer()
        assert (status, told["code"]) == (408, "REQUEST_TIMEOUT")
        assert said > 10
    await until(lambda: nothing_left(api))


async def test_a_full_disk_is_told(api: Api, key: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the last of it is taken: what files leave free is for rows. Texts are sent all the while."""
    monkeypatch.setattr(incoming, "LEAST_ROOM", 1 << 62)
    answer = await api.http.post("/api/upload", headers=key, files={"file": ("a", bytes(1000))})
    assert (answer.status_code, answer.json()["code"]) == (507, "STORAGE_FULL")
    assert (await api.send(key, number="x")).json()["code"] == "NUMBER_INVALID"
    await until(lambda: nothing_left(api))


async def test_so_many_files_come_in_at_once(api: Api, key: dict[str, str]) -> None:
    """The next one is told to wait, and may come when one of them has ended, whichever way it did."""
    async with calling(api) as first, calling(api) as second:
        for caller in (first, second):
            await begun(caller, key, b"x" * 300_000)

        async def full() -> bool:
            answer = await api.http.post("/api/upload", headers=key, files={"file": ("a", b"x")})
            return answer.status_code == 503 and answer.json()["code"] == "OVERLOADED"

        await until(full)
        second.writer.transport.abort()

        async def room() -> bool:
            return (await api.http.post("/api/upload", headers=key, files={"file": ("a", b"x")})).status_code == 200

        await until(room)


@pytest.fixture
async def large(api: Api, key: dict[str, str]) -> str:
    """The address of a file that no buffer of the system takes whole."""
    answer = await api.http.post("/api/upload", headers=key, files={"file": ("a", os.urandom(30_000_000))})
    return answer.json()["file"]["url"]


async def reading(caller: Caller, key: dict[str, str], url: str) -> None:
    await caller.say(f"GET {url} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key['X-API-Key']}\r\n\r\n".encode())


async def test_a_reader_that_leaves_leaves_nothing_open(api: Api, key: dict[str, str], large: str) -> None:
    """In the middle of a file."""
    async with calling(api) as caller:
        await reading(caller, key, large)
        assert await caller.reader.readexactly(100_000)
        assert len(left_in(api.settings.data_dir / "media")) > 1
    await until(lambda: _only_the_file(api))


async def test_a_reader_that_takes_nothing_is_given_up(
    api: Api, key: dict[str, str], large: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is closed, and its file."""
    monkeypatch.setattr(http_protocol, "TAKEN_WITHIN", 0.5)

    async def given_up() -> bool:
        return await ended_why(api, "not_taken") == 1

    async with calling(api, limit=1) as caller:
        await reading(caller, key, large)
        await until(given_up)
        await until(lambda: _only_the_file(api))


async def test_a_file_that_is_gone_in_the_middle_breaks_the_answer_off(
    api: Api, key: dict[str, str], large: str
) -> None:
    """The caller sees that it did not get all of it."""
    path = next(path for path in left_in(api.settings.data_dir / "media"))
    async with calling(api) as caller:
        await reading(caller, key, large)
        assert await caller.reader.readexactly(100_000)
        os.truncate(path, 1_000_000)
        assert len(await caller.ended()) < 30_000_000
    await until(lambda: _only_the_file(api))


async def _only_the_file(api: Api) -> bool:
    return len(left_in(api.settings.data_dir / "media")) == 1
