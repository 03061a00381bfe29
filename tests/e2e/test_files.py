"""Every kind with a file, from a request to what a contact of the sandbox decrypts."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from benchmarks.gateway import Gateway
from tests.session_host.media.inputs import animation, film, picture, sound
from tests.shared_gateway import fresh_number

NUMBER, CONTACT = fresh_number(), fresh_number()


def _picture(folder: Path) -> Path:
    picture().save(folder / "a.jpg")
    return folder / "a.jpg"


def _sticker(folder: Path) -> Path:
    picture((512, 512), "RGBA").save(folder / "a.webp")
    return folder / "a.webp"


_KINDS: dict[str, tuple[Callable[[Path], Path], dict[str, Any], str]] = {
    "send-image": (_picture, {"caption": "Halo"}, "image"),
    "send-video": (lambda d: film(d / "a.mp4"), {"viewOnce": True}, "video"),
    "send-gif": (lambda d: animation(d / "a.gif"), {"caption": "Halo"}, "gif"),
    "send-video-note": (lambda d: film(d / "n.mp4", size=(240, 240)), {}, "video_note"),
    "send-audio": (lambda d: sound(d / "a.mp3"), {}, "audio"),
    "send-voice": (lambda d: sound(d / "a.ogg"), {}, "voice"),
    "send-document": (_picture, {"caption": "Halo", "fileName": "report.jpg"}, "document"),
    "send-sticker": (_sticker, {}, "sticker"),
}
_MADE_ANEW = {"gif", "voice"}


async def received(gateway: Gateway, wanted: int) -> list[dict[str, Any]]:
    """What the contact got, once it is so much and its files are there."""
    async with asyncio.timeout(80):
        while True:
            async with gateway.http.get(f"{gateway.control}/contacts/{CONTACT}/messages") as answer:
                messages = (await answer.json())["messages"]
            if len(messages) >= wanted and all(message["media"]["state"] == "stored" for message in messages):
                return messages
            await asyncio.sleep(0.05)


async def _in_form(gateway: Gateway, route: str, file: Path, fields: dict[str, Any]) -> dict[str, Any]:
    form = aiohttp.FormData({name: str(value).lower() if value is True else value for name, value in fields.items()})
    form.add_field("file", await asyncio.to_thread(file.read_bytes), filename="report.jpg")
    headers = {"X-API-Key": gateway.key}
    async with gateway.http.post(f"{gateway.url}/api/upload/{route}", data=form, headers=headers) as answer:
        said = await answer.json()
    assert said["success"], said
    return said


async def test_every_kind_is_sent(gateway: Gateway, tmp_path: Path) -> None:
    """In base64, in a form, and as an upload's id from the command line: the same bytes, unless they are made anew."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/contacts", number=CONTACT)
    wanted: list[tuple[str, str | None]] = []
    for at, (route, (make, fields, type_)) in enumerate(_KINDS.items()):
        file = await asyncio.to_thread(make, tmp_path)
        content = await asyncio.to_thread(file.read_bytes)
        wanted.append((type_, None if type_ in _MADE_ANEW else hashlib.sha256(content).hexdigest()))
        if at % 2:
            await _in_form(gateway, route, file, {"number": CONTACT, **fields})
        else:
            word = route.removeprefix("send-")
            body = {"number": CONTACT, f"{word}Base64": base64.b64encode(content).decode(), **fields}
            sent = await gateway.call("POST", f"/api/{route}", json=body)
            assert (await gateway.call("GET", f"/api/messages/{sent['id']}"))["type"] == type_

    got = await received(gateway, len(_KINDS))
    for (type_, digest), message in zip(wanted, got, strict=True):
        assert message["type"] == type_
        assert digest in {None, message["media"]["sha256"]}, message
        assert message["errors"] == []
    captions = {message["type"]: message["text"] for message in got if message["text"]}
    assert captions == {"image": "Halo", "gif": "Halo", "document": "Halo"}
    assert [message["type"] for message in got if message["media"].get("viewOnce")] == ["video"]


async def test_a_sound_becomes_a_voice_note(gateway: Gateway, tmp_path: Path) -> None:
    """`ptt`, as callers of other gateways say it; a repeated request is one message; a file that lies is refused."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/contacts", number=CONTACT)
    content = (await asyncio.to_thread(sound, tmp_path / "a.mp3")).read_bytes()
    body = {"number": CONTACT, "audioBase64": base64.b64encode(content).decode(), "ptt": True}
    key = {"Idempotency-Key": "a sound"}
    sent = await gateway.call("POST", "/api/send-audio", json=body, headers=key)
    again = await gateway.call("POST", "/api/send-audio", json=body, headers=key)
    assert sent["messageId"] == again["messageId"]
    (message,) = await received(gateway, 1)
    assert (message["type"], message["media"]["seconds"], message["media"]["ptt"]) == ("voice", 3, True)
    lie = base64.b64encode(b"\xff\xd8\xff\xe0" + b"no picture" * 20).decode()
    with pytest.raises(RuntimeError, match="MEDIA_UNREADABLE"):
        await gateway.call("POST", "/api/send-image", json={"number": CONTACT, "imageBase64": lie})


async def test_files_are_sent_from_the_command_line(gateway: Gateway, tmp_path: Path) -> None:
    """A file of this machine, and what standard input has."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/contacts", number=CONTACT)
    file = await asyncio.to_thread(_picture, tmp_path)
    content = await asyncio.to_thread(file.read_bytes)
    access = [f"--url={gateway.url}", f"--key={gateway.key}"]
    for said in (["Halo", "--image", str(file)], ["--document", "-", "--file-name", "b.jpg"]):
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from cli.entry import run; run()", "send", CONTACT, *said, *access,
            stdin=asyncio.subprocess.PIPE,
        )  # fmt: skip
        await program.communicate(content)
        assert program.returncode == 0
    image, document = await received(gateway, 2)
    digest = hashlib.sha256(content).hexdigest()
    assert (image["type"], image["text"], image["media"]["sha256"]) == ("image", "Halo", digest)
    assert (document["type"], document["media"]["fileName"], document["media"]["sha256"]) == (
        "document",
        "b.jpg",
        digest,
    )
