"""Files that contacts with real clients send: kept here, whole, once; and what could not be had says why."""

import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.messages.received import InboundMessage
from tests.emulators.nats_process import NatsServer
from tests.session_host.arriving import Setting, set_up
from tests.session_host.gateway_host import eventually

HALF_A_MEGABYTE = 512 * 1024
SAID: dict[str, dict[str, Any]] = {
    "document": {"fileName": "plan.pdf", "mimetype": "application/pdf"},
    "image": {"width": 80, "height": 60, "viewOnce": True},
    "video": {"seconds": 3, "width": 80, "height": 60},
    "gif": {"seconds": 1},
    "voice": {"seconds": 4},
    "audio": {"seconds": 5, "mimetype": "audio/mpeg"},
    "sticker": {"width": 512, "height": 512, "animated": True},
    "video_note": {"seconds": 6},
}
"""What the contact says of a file of each kind, and what is shown of it."""
_FILES = 24
"""Run with 100 as well."""


@pytest.fixture
async def setting(whatsapp: Any, own_nats: NatsServer, tmp_path: Path) -> AsyncIterator[Setting]:
    async with set_up(whatsapp, own_nats.url, tmp_path, WAGATE_MEDIA_MOST="1000000") as made:
        yield made


def settled(row: InboundMessage) -> bool:
    """Whether it is known what became of its file."""
    return row.content["media"]["state"] != "fetching"


async def send(setting: Setting, tmp_path: Path, plain: bytes, type_: str = "document", **more: Any) -> tuple[str, str]:
    """Have the contact send a file; the message's id, and the file's token at WhatsApp."""
    path = tmp_path / f"{type_}-{os.urandom(4).hex()}"
    path.write_bytes(plain)
    wanted = {"to": setting.number, "type": type_, "path": str(path), **more}
    answer = (await setting.whatsapp.http.post(f"/contacts/{setting.contact}/send", json=wanted)).json()
    return answer["id"], answer["media"]["token"]


async def kept(setting: Setting, row: InboundMessage) -> bytes:
    """The bytes that are kept of a message's file."""
    return b"".join([piece async for piece in setting.host.stores.files.open(row.content["media"]["id"])])


@pytest.mark.proves("in", "neonize", "document", "image", "video", "gif", "voice", "audio", "sticker", "video_note")
async def test_files_are_kept_or_say_why_not(setting: Setting, tmp_path: Path) -> None:
    """Whole, of every kind; what cannot be had says why; and a file goes with its message."""
    await _kept_whole(setting, tmp_path)
    await _say_why_not(setting, tmp_path)
    await _go_with_their_message(setting, tmp_path)


async def _kept_whole(setting: Setting, tmp_path: Path) -> None:
    """Of every kind, the larger one in many pieces; the message has where it is, and the hash of what is there."""
    for type_, said in SAID.items():
        plain = os.urandom(HALF_A_MEGABYTE if type_ == "document" else 777)
        row = await setting.row((await send(setting, tmp_path, plain, type_, **said))[0], settled)
        media = row.content["media"]
        assert row.type == type_
        assert said.items() <= media.items()
        assert (media["state"], media["url"]) == ("stored", f"/api/media/{media['id']}")
        assert (media["size"], media["sha256"]) == (len(plain), sha256(plain).hexdigest())
        assert await kept(setting, row) == plain
    session = await setting.host.stores.sessions.get(setting.uid)
    assert session is not None
    file = await setting.host.stores.file_rows.get(session.key_id, media["id"])
    assert file is not None
    assert (file.session_uid, file.is_whole) == (setting.uid, True)


async def _say_why_not(setting: Setting, tmp_path: Path) -> None:
    """Too large, another file than its message says, gone from WhatsApp while it was tried again; what can is kept."""
    large, _ = await send(setting, tmp_path, bytes(1_000_001))
    await setting.whatsapp.fault("download", target=setting.contact, mode="corrupt")
    corrupt, _ = await send(setting, tmp_path, b"corrupt")
    for id_, reason in ((large, "too_large"), (corrupt, "corrupt")):
        media = (await setting.row(id_, settled)).content["media"]
        assert (media["state"], media["reason"], "id" in media) == ("gone", reason, False)
    await setting.whatsapp.clear_faults()
    await setting.whatsapp.fault("download", target=setting.contact, mode="refuse", code=503)
    expired, token = await send(setting, tmp_path, b"expired")
    late, _ = await send(setting, tmp_path, b"late")
    assert (await setting.row(late)).content["media"]["state"] == "fetching"
    await setting.whatsapp.post(f"/media/{token}/expire")
    await setting.whatsapp.clear_faults()
    assert (await setting.row(expired, settled)).content["media"]["reason"] == "expired"
    assert await kept(setting, await setting.row(late, settled)) == b"late"


async def _go_with_their_message(setting: Setting, tmp_path: Path) -> None:
    """When its sender deletes it."""
    id_, _ = await send(setting, tmp_path, b"secret")
    media = (await setting.row(id_, settled)).content["media"]
    await setting.writes({"protocolMessage": {"type": 0, "key": setting.key(id_)}})
    await setting.row(id_, lambda row: "deleted" in row.content)
    assert await setting.host.stores.files.size(media["id"]) is None


async def test_nothing_is_lost_when_the_shard_dies(setting: Setting, tmp_path: Path) -> None:
    """Again and again while files come: each message is there once, and each file can be had."""
    plains: dict[str, bytes] = {}
    for number in range(_FILES):
        plain = os.urandom(20_000 + number)
        plains[(await send(setting, tmp_path, plain))[0]] = plain
        if number % (_FILES // 3) == _FILES // 6:
            await setting.row(next(reversed(plains)))  # what the library has and not handed over dies with it
            await setting.host.kill_shard()

    async def all_kept() -> list[InboundMessage] | None:
        page = await setting.host.stores.inbox.newest(setting.uid, limit=500)
        there = len(page.messages) >= len(plains)
        return list(page.messages) if there and all(settled(message) for message in page.messages) else None

    rows = await eventually(all_kept, within=60)
    assert sorted(row.id for row in rows) == sorted(plains)
    for row in rows:
        assert await kept(setting, row) == plains[row.id]
