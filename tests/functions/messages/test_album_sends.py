"""Albums over HTTP: what a shard is asked to send, what is refused, and what is told of their parts."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.content.album import MOST, Album
from shared.ids import now_ms, part_id
from shared.messages.model import MessageState
from shared.sessions.model import SessionStatus
from tests.functions.conftest import Api, api_with
from tests.functions.messages.test_file_sends import PNG, kept, server
from tests.functions.shard import Shard, running_shard

TEXT = base64.b64encode(PNG).decode()
ONE = {"base64": TEXT, "caption": "Halo"}
MP4 = b"\0\0\0\x18ftypmp42" + bytes(64)


@pytest.fixture
async def api(nats_url: str, tmp_path: Path, patience: dict[str, float]) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, url_allow="127.0.0.1", **patience) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


async def send(api: Api, key: dict[str, str], *items: dict[str, Any], **fields: Any) -> httpx.Response:
    body = {"number": "628123456789", "items": list(items), **fields}
    return await api.http.post("/api/send-album", headers=key, json=body)


async def test_pictures_and_videos_from_wherever_they_are(api: Api, key: dict[str, str], shard: Shard) -> None:
    """An address, base64, an upload: one message is asked for, with all of them in their order."""
    uploaded = await api.http.post("/api/upload", headers=key, files={"file": ("a.mp4", MP4)})
    async with server() as (url, _):
        answer = await send(
            api, key, {"url": url}, ONE | {"viewOnce": True}, {"mediaId": uploaded.json()["file"]["id"]}, clientRef="7"
        )
    assert answer.status_code == 200, answer.text
    ((_, _, album),) = shard.frames
    assert isinstance(album, Album)
    assert [item.type for item in album.items] == ["image", "image", "video"]
    assert [item.view_once for item in album.items] == [False, True, False]
    assert [item.caption for item in album.items] == [None, "Halo", None]
    assert [item.file.file_name for item in album.items] == ["photo.png", None, "a.mp4"]
    assert (album.images, album.videos) == (2, 1)
    assert await kept(api) == 3


@pytest.mark.parametrize(
    ("items", "code", "field"),
    [
        ([ONE], "BAD_REQUEST", "items"),
        ([ONE] * (MOST + 1), "BAD_REQUEST", "items"),
        ([ONE, {}], "BAD_REQUEST", "items.1.url"),
        ([ONE, ONE | {"url": "https://example.com/"}], "BAD_REQUEST", "items.1.url"),
        ([ONE, {"base64": "no base64!"}], "BAD_REQUEST", "items.1.base64"),
        ([ONE, {"base64": base64.b64encode(b"%PDF-1.7").decode()}], "MEDIA_TYPE_UNSUPPORTED", None),
        ([ONE, {"base64": base64.b64encode(b"\xff\0" * 9).decode()}], "MEDIA_TYPE_UNSUPPORTED", None),
        ([ONE, {"mediaId": "med_1"}], "MEDIA_NOT_FOUND", None),
        ([ONE, {"url": "http://127.0.0.2/"}], "MEDIA_URL_REFUSED", None),
        ([ONE, {"url": "file:///etc/passwd"}], "MEDIA_URL_REFUSED", None),
        ([ONE, ONE | {"type": "sticker"}], "BAD_REQUEST", "items.1.type"),
    ],
)
async def test_what_cannot_be_sent_is_told_and_leaves_nothing(  # noqa: PLR0913, PLR0917 - fixtures and a row
    api: Api, key: dict[str, str], shard: Shard, items: list[dict[str, Any]], code: str, field: str | None
) -> None:
    """With the item that is wrong; not even the files of the others stay."""
    refused = await send(api, key, *items)
    assert (refused.json()["code"], refused.json().get("field")) == (code, field), refused.text
    assert await kept(api) == 0
    assert not shard.seen


async def test_a_repeated_request_fetches_nothing_and_sends_nothing(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """One key is one album; another caption is another one."""
    same = key | {"Idempotency-Key": "k"}
    async with server() as (url, asked):
        first = await send(api, same, ONE, {"url": url})
        again = await send(api, same, ONE, {"url": url})
        assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (first.json()["id"], "true")
        other = await send(api, same, ONE, {"url": url, "caption": "Halo"})
        assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert len(asked) == 1
    assert len(shard.frames) == 1
    assert await kept(api) == 2


async def test_each_part_is_told(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Before its row is there it is where the album is, then where it is itself; its own answer names the album."""
    shard.status = SessionStatus.QR_READY
    answer = await send(api, key, ONE, ONE, queue=True)
    assert answer.status_code == 202, answer.text
    id_ = answer.json()["id"]
    ids = [part_id(id_, place) for place in range(2)]

    async def told(message: str) -> dict[str, Any]:
        return (await api.http.get(f"/api/messages/{message}", headers=key)).json()

    assert (await told(id_))["parts"] == [{"id": each, "type": "image", "status": "queued"} for each in ids]
    album = await api.stores.messages.get(id_)
    assert album is not None
    part = replace(
        album, id=ids[0], content=album.content["items"][0], about={"album": id_}, state=MessageState.ACCEPTED
    )
    await api.stores.messages.accept(part)
    for state in (MessageState.SENDING, MessageState.SENT):
        await api.stores.messages.advance(ids[0], state, now=now_ms(), wa_id="3EB0")
        await api.stores.messages.advance(id_, state, now=now_ms(), wa_id="3EB1")
    assert (await told(id_))["parts"] == [
        {"id": ids[0], "type": "image", "status": "sent", "messageId": "3EB0"},
        {"id": ids[1], "type": "image", "status": "accepted"},
    ]
    alone = await told(ids[0])
    assert (alone["album"], alone["type"], "parts" in alone) == (id_, "image", False)


async def test_files_in_a_form(api: Api, key: dict[str, str], shard: Shard) -> None:
    """In their order, with what is said of each; once for one Idempotency-Key; nothing is left of what is refused."""
    files = [("file", ("a.png", PNG)), ("file", ("../b.mp4", MP4))]
    said = {"number": "628123456789", "items": '[{"caption": "Halo"}, {"viewOnce": true, "fileName": "x/c.mp4"}]'}
    headers = key | {"Idempotency-Key": "album"}
    sent = await api.http.post("/api/send-album", headers=headers, data=said, files=files)
    assert sent.status_code == 200, sent.text
    again = await api.http.post("/api/send-album", headers=headers, data=said, files=files)
    assert again.json() == sent.json()
    other = await api.http.post("/api/send-album", headers=headers, data=said, files=[files[1], files[0]])
    assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    ((_, _, album),) = shard.frames
    assert isinstance(album, Album)
    assert [(each.type, each.caption, each.view_once) for each in album.items] == [
        ("image", "Halo", False), ("video", None, True),
    ]  # fmt: skip
    assert [each.file.file_name for each in album.items] == ["a.png", "c.mp4"]
    plain = await api.http.post("/api/send-album", headers=key, data={"number": "628123456789"}, files=files)
    assert plain.status_code == 200, plain.text
    before = await kept(api)
    for data, some in ((said, files[:1]), (said, [*files, files[0]]), (said, [("other", ("a.png", PNG))]), (said, [])):
        refused = await api.http.post("/api/send-album", headers=key, data=data, files=some or {"items": (None, "[]")})
        assert (refused.status_code, refused.json()["code"]) == (400, "BAD_REQUEST"), refused.text
    assert await kept(api) == before
