"""Albums, from a request to what a contact of the sandbox has; and those that come."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.session_host.media.inputs import film, picture


def _files(folder: Path) -> list[bytes]:
    """Two pictures and a film."""
    found: list[bytes] = []
    for side in (320, 480):
        picture((side, side)).save(folder / "a.jpg")
        found.append((folder / "a.jpg").read_bytes())
    return [*found, film(folder / "a.mp4").read_bytes()]


@pytest.mark.proves("out", "neonize", "album")
@pytest.mark.covers("POST /api/send-album", client="neonize")
async def test_an_album_comes_whole(gateway: Gateway, tmp_path: Path) -> None:
    """One that says what follows, and its parts in their order: each names it, and has the bytes that were sent."""
    talk = await Talk.begin(gateway)
    files = await asyncio.to_thread(_files, tmp_path)
    items: list[dict[str, Any]] = [{"base64": base64.b64encode(each).decode()} for each in files]
    items[0]["caption"] = "Halo"
    key = {"Idempotency-Key": "an album"}
    sent = await talk.send("/api/send-album", items=items, clientRef="order 7", headers=key)
    again = await talk.send("/api/send-album", items=items, clientRef="order 7", headers=key)
    assert (again["id"], again["messageId"]) == (sent["id"], sent["messageId"])
    assert (await talk.got(sent))["album"] == {"images": 2, "videos": 1}

    parts = (await gateway.call("GET", f"/api/messages/{sent['id']}"))["parts"]
    assert [part["type"] for part in parts] == ["image", "image", "video"]
    for part, content in zip(parts, files, strict=True):
        row = await talk.until_sent(part)
        assert (row["album"], row["clientRef"]) == (sent["id"], "order 7")
        got = await talk.got(row, lambda message: message["media"]["state"] == "stored")
        assert (got["albumId"], got["media"]["sha256"]) == (sent["messageId"], hashlib.sha256(content).hexdigest())
    got = [message for message in await talk.got_all() if message["type"] != "album"]
    assert [message["text"] for message in got] == ["Halo", "", ""]

    edited = await talk.send("/api/edit-message", messageId=parts[0]["id"], text="Our garden")
    assert (await talk.got(edited))["type"] == "edit"
    first = (await gateway.call("GET", f"/api/messages/{parts[0]['id']}"))["messageId"]
    now = await talk.seen(first, lambda message: message.get("edited"))
    assert (now["text"], now["type"]) == ("Our garden", "image")


async def test_an_album_from_the_command_line(gateway: Gateway, tmp_path: Path) -> None:
    """Files of this machine, in their order; the caption is below the first."""
    talk = await Talk.begin(gateway)
    files = await asyncio.to_thread(_files, tmp_path)
    for name, content in zip(("a.jpg", "b.jpg", "c.mp4"), files, strict=True):
        await asyncio.to_thread((tmp_path / name).write_bytes, content)
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from cli.entry import run; run()", "send-as", "album", talk.other,
        str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg"), str(tmp_path / "c.mp4"), "--caption=Halo",
        f"--url={gateway.url}", f"--key={gateway.key}", stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, _ = await program.communicate()
    assert program.returncode == 0
    parts = (await gateway.call("GET", f"/api/messages/{told.decode().strip()}"))["parts"]
    got = [await talk.got(await talk.until_sent(part), lambda m: m["media"]["state"] == "stored") for part in parts]
    assert [(each["text"], each["media"]["sha256"]) for each in got] == [
        (text, hashlib.sha256(content).hexdigest()) for text, content in zip(("Halo", "", ""), files, strict=True)
    ]
