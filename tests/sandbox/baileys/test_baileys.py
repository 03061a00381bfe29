"""A second, independent client: Baileys from npm pairs with the sandbox and texts with a contact, which is neonize."""

import hashlib
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.sandbox.baileys.driver import make_contact, pair


async def received(control: httpx.AsyncClient, contact: str) -> list[tuple[str, str, str]]:
    messages = (await control.get(f"/contacts/{contact}/messages")).json()["messages"]
    return [(message["id"], message["fromNumber"], message["text"]) for message in messages]


async def test_it_pairs_by_qr_and_texts_both_ways(baileys, control, new_number, until) -> None:
    """Each side decrypts what the other wrote, under the id the other was told, and in order."""
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)

    sent = [
        ((await baileys.do("send", to=contact, text=text))["id"], number, text)
        for text in ("hello", "from the other library", "✓ ünïcode")
    ]

    async def arrived() -> bool:
        return len(await received(control, contact)) >= len(sent)

    await until(arrived)
    assert await received(control, contact) == sent

    for text in ("hello back", "and again"):
        answer = await control.post(f"/contacts/{contact}/send", json={"to": number, "text": text})
        heard = await baileys.hear("message")
        assert (heard["id"], heard["text"]) == (answer.json()["id"], text)
        assert f"{contact}@s.whatsapp.net" in (heard["from"], heard["fromAlt"])


async def test_it_learns_that_it_was_read(baileys, control, new_number) -> None:
    """The contact's read receipt reaches it: status 4 is READ in Baileys."""
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)
    sent = await baileys.do("send", to=contact, text="have you read this?")
    await baileys.hear("update", lambda line: line["id"] == sent["id"] and line["status"] == 4)


async def test_what_came_while_it_was_away_waits_for_it(baileys, control, new_number) -> None:
    """Started again on its credentials it logs in without a QR code and gets what was sent meanwhile."""
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)
    await baileys.stop()
    answer = await control.post(f"/contacts/{contact}/send", json={"to": number, "text": "are you there?"})
    assert answer.status_code == 200, answer.text
    await baileys.start()
    await baileys.do("connect")
    await baileys.hear("open")
    heard = await baileys.hear("message")
    assert (heard["id"], heard["text"]) == (answer.json()["id"], "are you there?")


BY_BAILEYS = {
    "image": {"kind": "image", "caption": "look"},
    "video": {"kind": "video", "caption": "watch"},
    "gif": {"kind": "video", "gifPlayback": True},
    "video_note": {"kind": "video", "ptv": True},
    "audio": {"kind": "audio", "mimetype": "audio/mpeg", "seconds": 3},
    "voice": {"kind": "audio", "ptt": True, "mimetype": "audio/ogg; codecs=opus", "seconds": 3},
    "document": {"kind": "document", "fileName": "plan.pdf", "mimetype": "application/pdf", "caption": "read"},
    "sticker": {"kind": "sticker"},
}
"""What Baileys' sendMessage is given for each type."""


@pytest.fixture
def file(tmp_path) -> tuple[str, str]:
    """A picture that is a few hundred kB as a file, and its SHA-256: every kind takes it, as nobody looks into it."""
    path = tmp_path / "file"
    Image.effect_noise((800, 600), 80).save(path, "WEBP", lossless=True)
    return str(path), hashlib.sha256(path.read_bytes()).hexdigest()


async def with_file(control: httpx.AsyncClient, contact: str, id_: str, until) -> dict[str, Any]:
    """Return a message of a contact once its file is there, or cannot be had."""

    async def settled() -> dict[str, Any] | None:
        messages = (await control.get(f"/contacts/{contact}/messages")).json()["messages"]
        found = [message for message in messages if message["id"] == id_]
        return found[0] if found and found[0].get("media", {}).get("state") != "fetching" else None

    return await until(settled)


async def test_files_of_every_kind_both_ways(baileys, control, new_number, until, file) -> None:
    """Each side decrypts the very bytes the other sent, as what they are, and neither says anything wrong of them."""
    path, sha256 = file
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)

    for type_, content in BY_BAILEYS.items():
        sent = await baileys.do("sendFile", to=contact, path=path, **content)
        got = await with_file(control, contact, sent["id"], until)
        assert (got["type"], got["media"].get("sha256"), got["errors"]) == (type_, sha256, []), got
        assert got["text"] == content.get("caption", "")
        assert got["media"].get("fileName") == content.get("fileName")

    for type_ in BY_BAILEYS:
        answer = await control.post(f"/contacts/{contact}/send", json={"to": number, "type": type_, "path": path})
        assert answer.status_code == 200, answer.text
        heard = await baileys.hear("message")
        assert heard["id"] == answer.json()["id"]
        assert (await baileys.do("download", id=heard["id"]))["sha256"] == sha256, type_
        assert bool(heard.get("ptt")) == (type_ == "voice")
        assert bool(heard.get("gif")) == (type_ == "gif")

    frames = (await control.get("/frames", params={"errors": ""})).json()["frames"]
    assert [frame for frame in frames if frame["from"] in {number, contact}] == []


async def test_it_uploads_to_the_other_host_and_asks_its_phone(baileys, control, new_number, until, file) -> None:
    """One host refuses, it takes the other. A file that is gone it gets from its phone, if that still has it."""
    path, sha256 = file
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)
    refusal = {"kind": "upload", "mode": "refuse", "code": 507, "count": 1, "target": number}
    assert (await control.post("/faults", json=refusal)).status_code == 201
    sent = await baileys.do("sendFile", to=contact, path=path, kind="image")
    assert (await with_file(control, contact, sent["id"], until))["media"]["sha256"] == sha256
    asked = (await control.get("/media/requests")).json()["requests"]
    uploads = [(item["host"], item["status"]) for item in asked if (item["what"], item["number"]) == ("upload", number)]
    assert [status for _, status in uploads] == [507, 200]
    assert uploads[0][0] != uploads[1][0]

    answer = await control.post(f"/contacts/{contact}/send", json={"to": number, "type": "image", "path": path})
    id_, media = answer.json()["id"], answer.json()["media"]
    await baileys.hear("message", lambda line: line["id"] == id_)
    await control.post(f"/media/{media['token']}/expire", json={})
    assert "410" in await baileys.refused("download", id=id_)
    assert await baileys.refused("askPhone", id=id_)
    copy = {"messageId": id_, "mediaKey": media["mediaKey"]}
    assert (await control.post(f"/media/{media['token']}/phone-copy", json=copy)).status_code == 201
    await baileys.do("askPhone", id=id_)
    assert (await baileys.do("download", id=id_))["sha256"] == sha256
