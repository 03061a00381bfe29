"""Sends with a file, wherever it comes from: what is sent, what is refused, and what stays of it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.content.image import Image
from shared.ids import new_file_id, now_ms
from shared.sessions.model import SessionStatus
from tests.functions.conftest import Api, api_with
from tests.functions.shard import Shard, running_shard
from tests.left_files import left_in

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
DIGEST = hashlib.sha256(PNG).hexdigest()
TO = {"number": "628123456789", "caption": "Halo"}
ROUTES = ("/api/send-image", "/api/upload/send-image")


@pytest.fixture
async def api(nats_url: str, tmp_path: Path, patience: dict[str, float]) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, url_allow="127.0.0.1", **patience) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


@asynccontextmanager
async def server(body: bytes = PNG, status: str = "200 OK") -> AsyncIterator[tuple[str, list[str]]]:
    """An address that answers everybody so, and the requests that it had."""
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/photo.png", asked


async def kept(api: Api) -> int:
    """Files that are there."""
    files = left_in(api.settings.data_dir / "media")
    rows = await api.stores.file_rows.expired(now_ms() + 10**11, 99)
    assert len(files) == len(rows)
    return len(files)


async def send(api: Api, key: dict[str, str], **fields: Any) -> httpx.Response:
    return await api.http.post("/api/send-image", headers=key, json=TO | fields)


def sent(shard: Shard) -> list[Image]:
    """What the shard was asked to send."""
    return [content for _, _, content in shard.frames]


async def check_sent(api: Api, key: dict[str, str], answer: httpx.Response, content: Image, name: str | None) -> None:
    """The message says which file it has; its bytes are kept for this key."""
    assert (answer.status_code, answer.json().get("status")) == (200, "sent"), answer.text
    assert (content.type, content.caption) == ("image", "Halo")
    file = content.file
    assert (file.mimetype, file.size, file.sha256, file.file_name) == ("image/png", len(PNG), DIGEST, name)
    assert (await api.http.get(f"/api/media/{file.media_id}", headers=key)).content == PNG


async def test_a_picture_is_sent_from_wherever_it_is(api: Api, key: dict[str, str], shard: Shard) -> None:
    """An address, base64, a data URL, an upload, and a form in which the file is first or last."""
    uploaded = await api.http.post("/api/upload", headers=key, files={"file": ("up.jpg", PNG)})
    text = base64.b64encode(PNG).decode()
    async with server() as (url, asked):
        ways: list[tuple[dict[str, Any], str | None]] = [
            ({"imageUrl": url}, "photo.png"),
            ({"imageUrl": url, "fileName": "other.png"}, "other.png"),
            ({"imageBase64": text}, None),
            ({"imageBase64": f"data:image/jpeg;base64,{text}", "fileName": "../../b/a.png"}, "a.png"),
            ({"mediaId": uploaded.json()["file"]["id"]}, "up.jpg"),
        ]
        for fields, name in ways:
            await check_sent(api, key, await send(api, key, **fields), sent(shard)[-1], name)
    assert len(asked) == 2
    assert "wa_" not in asked[0]
    for route in ROUTES:
        answer = await api.http.post(route, headers=key, data=TO, files={"file": ("f.png", PNG)})
        await check_sent(api, key, answer, sent(shard)[-1], "f.png")
    file_first = [("file", ("f.png", PNG)), ("number", (None, TO["number"])), ("caption", (None, "Halo"))]
    answer = await api.http.post(ROUTES[0], headers=key, files=[*file_first, ("wait", (None, "20"))])
    await check_sent(api, key, answer, sent(shard)[-1], "f.png")
    assert len(sent(shard)) == 8


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "BAD_REQUEST"),
        ({"imageUrl": "https://example.com/a.png", "mediaId": "med_1"}, "BAD_REQUEST"),
        ({"imageBase64": "no base64!"}, "BAD_REQUEST"),
        ({"imageBase64": ""}, "MEDIA_EMPTY"),
        ({"imageBase64": base64.b64encode(b"%PDF-1.7").decode()}, "MEDIA_TYPE_UNSUPPORTED"),
        ({"imageBase64": base64.b64encode(b"<html>").decode()}, "MEDIA_TYPE_UNSUPPORTED"),
        ({"mediaId": "med_1"}, "MEDIA_NOT_FOUND"),
        ({"mediaId": new_file_id()}, "MEDIA_NOT_FOUND"),
        ({"imageUrl": "http://127.0.0.2/"}, "MEDIA_URL_REFUSED"),
        ({"imageUrl": "file:///etc/passwd"}, "MEDIA_URL_REFUSED"),
        ({"imageUrl": "http://127.0.0.1:1/"}, "MEDIA_URL_FAILED"),
        ({"imageBase64": base64.b64encode(PNG).decode(), "number": "x"}, "NUMBER_INVALID"),
        ({"imageBase64": base64.b64encode(PNG).decode(), "sessionId": "?"}, "BAD_SESSION_NAME"),
        ({"imageBase64": "A" * 9_000_000}, "BODY_TOO_LARGE"),
    ],
)
async def test_what_cannot_be_sent_is_told_and_leaves_nothing(
    api: Api, key: dict[str, str], shard: Shard, fields: dict[str, Any], code: str
) -> None:
    """Before anything of a message exists."""
    refused = await send(api, key, **fields)
    assert refused.json()["code"] == code, refused.text
    assert await kept(api) == 0
    assert not shard.seen


@pytest.mark.parametrize(
    ("fields", "files", "code"),
    [
        (TO, {}, "BAD_REQUEST"),
        (TO, {"file": PNG, "other": PNG}, "BAD_REQUEST"),
        (TO | {"mediaId": "med_1"}, {"file": PNG}, "BAD_REQUEST"),
        ({}, {"file": PNG}, "BAD_REQUEST"),
        (TO | {"queue": "maybe"}, {"file": PNG}, "BAD_REQUEST"),
        (TO | {"caption": "x" * 2_000_000}, {"file": PNG}, "BODY_TOO_LARGE"),
        (TO, {"file": b"%PDF-1.7"}, "MEDIA_TYPE_UNSUPPORTED"),
        (TO | {"number": "x"}, {"file": PNG}, "NUMBER_INVALID"),
    ],
)
async def test_a_form_that_cannot_be_sent_is_told_and_leaves_nothing(
    api: Api, key: dict[str, str], fields: dict[str, str], files: dict[str, bytes], code: str
) -> None:
    """Although its file was kept when the rest of it came."""
    given = [(name, ("a", body)) for name, body in files.items()] or [("x", (None, "y"))]
    refused = await api.http.post(ROUTES[1], headers=key, data=fields, files=given)
    assert refused.json()["code"] == code, refused.text
    assert await kept(api) == 0


async def test_a_file_of_a_message_that_was_refused_goes(api: Api, key: dict[str, str], shard: Shard) -> None:
    """An upload stays: its key may try again with it."""
    shard.status = SessionStatus.QR_READY
    uploaded = await api.http.post("/api/upload", headers=key, files={"file": ("up.jpg", PNG)})
    for fields in ({"imageBase64": base64.b64encode(PNG).decode()}, {"mediaId": uploaded.json()["file"]["id"]}):
        assert (await send(api, key, **fields)).json()["code"] == "WA_DISCONNECTED"
    assert await kept(api) == 1


async def test_a_repeated_request_fetches_nothing_and_sends_nothing(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """Of the same source; another source is another message."""
    same = key | {"Idempotency-Key": "k"}
    async with server() as (url, asked):
        first = await send(api, same, imageUrl=url)
        assert first.status_code == 200, first.text
        again = await send(api, same, imageUrl=url)
        assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (first.json()["id"], "true")
        assert len(asked) == 1
        other = await send(api, same, imageUrl=f"{url}?2")
        assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    form = key | {"Idempotency-Key": "f"}
    for _ in range(2):
        answer = await api.http.post(ROUTES[0], headers=form, data=TO, files={"file": ("f.png", PNG)})
        assert answer.status_code == 200, answer.text
    assert len(sent(shard)) == 2
    assert await kept(api) == 2


async def test_the_file_of_a_message_that_waits_outlives_it(api: Api, key: dict[str, str], shard: Shard) -> None:
    """By a day at least, however long it may wait."""
    shard.status = SessionStatus.QR_READY
    week = 7 * 24 * 3600
    uploaded = await api.http.post("/api/upload", headers=key, files={"file": ("up.jpg", PNG)})
    answer = await send(api, key, mediaId=uploaded.json()["file"]["id"], queue=True, expiresIn=week)
    assert answer.status_code == 202, answer.text
    row = await api.stores.messages.get(answer.json()["id"])
    assert row is not None
    file = await api.stores.file_rows.get(row.key_id, row.content["file"]["media_id"])
    assert file is not None
    assert file.expires_at >= row.expires_at + 24 * 3600 * 1000 - 60_000


async def test_a_server_that_answers_otherwise_is_told(api: Api, key: dict[str, str], shard: Shard) -> None:
    """With its status, and nothing of what it said."""
    async with server(b"secret words of another", "403 Forbidden") as (url, _):
        refused = await send(api, key, imageUrl=url)
    assert (refused.status_code, refused.json()["code"]) == (422, "MEDIA_URL_FAILED")
    assert refused.json()["answered"] == 403
    assert "secret" not in refused.text
    assert not shard.seen
