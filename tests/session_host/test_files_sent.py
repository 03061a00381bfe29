"""Messages with a file through a whole session host, to a contact with a client of its own."""

import asyncio
import hashlib
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image as Picture

from shared.contracts.content.audio import Audio
from shared.contracts.content.document import Document
from shared.contracts.content.file import File, WithFile
from shared.contracts.content.gif import Gif
from shared.contracts.content.image import Image
from shared.contracts.content.sticker import Sticker
from shared.contracts.content.video import Video
from shared.contracts.content.video_note import VideoNote
from shared.contracts.content.voice import Voice
from shared.errors import MediaNotUploaded, MediaUnreadable, SendUnknown
from shared.ids import new_file_id
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host
from tests.session_host.media.inputs import animation, film, picture, sound

_WITHIN = 60.0


@pytest.fixture
def whatsapp(own_whatsapp: Any) -> Any:
    """Of its own: every request for media is looked at."""
    return own_whatsapp


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


@pytest.fixture
async def contact(whatsapp: Any) -> str:
    """A number whose person reads what it gets."""
    number = await whatsapp.new_phone()
    await whatsapp.http.delete(f"/phones/{number}")
    await whatsapp.post("/contacts", number=number)
    return number


async def _kept(gateway: GatewayHost, content: bytes, name: str | None = None) -> File:
    async def chunks() -> AsyncGenerator[bytes]:
        yield content

    file_id = new_file_id()
    written = await gateway.stores.files.write(file_id, chunks(), len(content))
    return File(media_id=file_id, size=written.size, sha256=written.sha256, file_name=name)


def _picture(folder: Path) -> Path:
    picture().save(folder / "a.jpg")
    return folder / "a.jpg"


def _sticker(folder: Path) -> Path:
    picture((512, 512), "RGBA").save(folder / "a.webp")
    return folder / "a.webp"


_KINDS: dict[str, tuple[type[WithFile], Callable[[Path], Path], dict[str, Any], dict[str, Any]]] = {
    "image": (Image, _picture, {"caption": "Halo"}, {"width": 640, "height": 480, "mimetype": "image/jpeg"}),
    "image once": (Image, _picture, {"view_once": True}, {"viewOnce": True}),
    "video": (Video, lambda d: film(d / "a.mp4"), {"caption": "Halo"}, {"seconds": 2, "mimetype": "video/mp4"}),
    "gif": (Gif, lambda d: animation(d / "a.gif"), {}, {"seconds": 1, "mimetype": "video/mp4"}),
    "video note": (VideoNote, lambda d: film(d / "n.mp4", size=(240, 240)), {}, {"width": 240, "height": 240}),
    "audio": (Audio, lambda d: sound(d / "a.mp3"), {}, {"seconds": 3, "mimetype": "audio/mpeg"}),
    "voice": (Voice, lambda d: sound(d / "a.wav"), {}, {"seconds": 3, "ptt": True}),
    "voice once": (Voice, lambda d: sound(d / "b.wav"), {"view_once": True}, {"ptt": True, "viewOnce": True}),
    "document": (Document, _picture, {}, {"fileName": "report.jpg", "mimetype": "image/jpeg"}),
    "document with words": (Document, _picture, {"caption": "Halo"}, {"fileName": "report.jpg"}),
    "sticker": (Sticker, _sticker, {}, {"width": 512, "height": 512, "mimetype": "image/webp"}),
}
_MADE_ANEW = {"gif", "voice", "voice once"}


async def _messages(whatsapp: Any, contact: str, wanted: int) -> list[dict[str, Any]]:
    """What a contact has, once it is so much and all files are there."""

    async def look() -> list[dict[str, Any]] | None:
        found = (await whatsapp.get(f"/contacts/{contact}/messages"))["messages"]
        done = all(message.get("media", {}).get("state") != "fetching" for message in found)
        return found if len(found) >= wanted and done else None

    return await eventually(look, _WITHIN)


@pytest.mark.proves(
    "out", "neonize", "image", "video", "gif", "video_note", "audio", "voice", "document", "sticker"
)  # fmt: skip
async def test_every_kind_comes_as_it_was_sent(
    whatsapp: Any, gateway: GatewayHost, contact: str, tmp_path: Path
) -> None:
    """The contact decrypts the same bytes, unless they had to be made anew; WhatsApp finds no fault."""
    session, number = await gateway.pair(whatsapp)
    hashes: dict[str, str] = {}
    for name, (kind, make, fields, _) in _KINDS.items():
        content = (await asyncio.to_thread(make, tmp_path)).read_bytes()
        hashes[name] = hashlib.sha256(content).hexdigest()
        said = kind(file=await _kept(gateway, content, "report.jpg"), **fields)
        command = await gateway.accept(session.uid, contact, said)
        assert (await gateway.ask(session.uid, command)).state in {"sent", "delivered", "read"}

    received = await _messages(whatsapp, contact, len(_KINDS))
    assert [message["type"] for message in received] == [
        kind.model_fields["type"].default for kind, *_ in _KINDS.values()
    ]
    for (name, (_, _, fields, shown)), message in zip(_KINDS.items(), received, strict=True):
        media = message["media"]
        assert media["state"] == "stored", (name, media)
        assert {field: media.get(field) for field in shown} == shown, name
        assert message.get("text") == fields.get("caption", ""), name
        assert (media["sha256"] == hashes[name]) is (name not in _MADE_ANEW), name
    assert (await whatsapp.get("/frames", **{"from": number, "errors": ""}))["frames"] == []
    assert [r["error"] for r in (await whatsapp.get("/media/requests"))["requests"] if r["error"]] == []
    await eventually(lambda: _is_empty(gateway.folder / "at-work"))


async def test_files_through_crashes_are_sent_once_or_unknown(whatsapp: Any, gateway: GatewayHost) -> None:
    """Kill -9 of the converters' process and of the shard, again and again: none is lost, and none sent twice."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    kinds: list[tuple[type[WithFile], bytes]] = [(Document, b"words"), (Image, _jpeg(100)), (Image, _png(200))]
    commands = [
        await gateway.accept(session.uid, sink, kind(file=await _kept(gateway, content)), lasts=180_000)
        for kind, content in (kinds[at % 3] for at in range(60))
    ]

    async def until_ended(command: Any) -> str:
        try:
            reply = await gateway.ask(session.uid, command, within=_WITHIN)
        except SendUnknown:
            return "unknown"
        return reply.state

    sending = [asyncio.create_task(until_ended(command)) for command in commands]
    for frames in (5, 25):
        await eventually(lambda frames=frames: _some_frames(whatsapp, number, frames), _WITHIN)
        _kill_converters(gateway)
    await gateway.kill_shard()
    await gateway.status(session.uid, "connected", epoch=2)
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    states = Counter(await asyncio.gather(*(until_ended(command) for command in commands)))
    frames_of = Counter(frame["id"] for frame in await whatsapp.frames(number))
    assert set(states) <= {"sent", "unknown"}, states
    assert states["unknown"] <= 2, states
    assert states["sent"] <= len(frames_of) <= len(commands)
    rows = [await gateway.stores.messages.get(command.message_id) for command in commands]
    sent = [row.wa_id for row in rows if row and row.state == "sent"]
    assert len(set(sent)) == len(sent) == states["sent"]
    assert set(sent) <= set(frames_of)


async def test_an_upload_that_fails_holds_up_nothing(whatsapp: Any, gateway: GatewayHost, contact: str) -> None:
    """Texts go on while a server hangs; one that refuses is asked three times, then the message has failed."""
    session, number = await gateway.pair(whatsapp)
    file = await _kept(gateway, b"words", "a.txt")
    await whatsapp.fault("upload", target=number, mode="refuse", code=500)
    with pytest.raises(MediaNotUploaded):
        await gateway.ask(session.uid, await gateway.accept(session.uid, contact, Document(file=file)))
    with pytest.raises(MediaUnreadable):
        await gateway.ask(session.uid, await gateway.accept(session.uid, contact, Image(file=file)))
    await whatsapp.clear_faults()

    await whatsapp.fault("upload", target=number, mode="hang")
    hanging = await gateway.accept(session.uid, contact, Document(file=file))
    asked = asyncio.create_task(gateway.ask(session.uid, hanging))
    await eventually(lambda: _struck(whatsapp))
    assert (await gateway.send(session.uid, contact, "a text")).state in {"sent", "delivered", "read"}
    asked.cancel()
    with suppress(asyncio.CancelledError):
        await asked
    row = await eventually(lambda: gateway.stores.messages.get(hanging.message_id))  # stored once it takes long
    assert row.state == "accepted"


async def _is_empty(folder: Path) -> bool:
    return not [name for _, _, names in os.walk(folder) for name in names]


async def _struck(whatsapp: Any) -> bool:
    return any(fault["struck"] for fault in (await whatsapp.get("/faults"))["faults"])


async def _some_frames(whatsapp: Any, number: str, count: int) -> bool:
    return len(await whatsapp.frames(number)) >= count


def _kill_converters(gateway: GatewayHost) -> None:
    for child in psutil.Process(gateway.process.pid).children(recursive=True):
        with suppress(psutil.Error, ProcessLookupError):
            if "session_host.media.work" in child.cmdline():
                os.kill(child.pid, signal.SIGKILL)


def _jpeg(size: int) -> bytes:
    return _encoded(size, "JPEG")


def _png(size: int) -> bytes:
    return _encoded(size, "PNG")


def _encoded(size: int, form: str) -> bytes:
    import io  # noqa: PLC0415 - here only

    out = io.BytesIO()
    noise = random.Random(size)  # noqa: S311 - pixels
    Picture.frombytes("RGB", (size, size), noise.randbytes(size * size * 3)).save(out, form)
    return out.getvalue()
