"""Albums through a whole session host that is killed in the middle of them, and to Baileys."""

import asyncio
import os
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.content.album import Album
from shared.contracts.content.image import Image
from shared.contracts.content.video import Video
from shared.ids import part_id
from tests.sandbox.baileys.conftest import INSTALL_SECONDS, installed  # noqa: F401 - a fixture
from tests.sandbox.baileys.driver import Baileys, pair
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host
from tests.session_host.media.inputs import film
from tests.session_host.test_files_sent import _jpeg, _kept

_WITHIN = 60.0


@pytest.fixture
async def whatsapp(run_whatsapp: Any) -> AsyncIterator[Any]:
    """A sandbox that claims no pre-keys: told of some, Baileys would not upload its own."""
    async with run_whatsapp("--pre-keys-claimed", "0") as running:
        yield running


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def _pictures(gateway: GatewayHost, first: int, count: int) -> Album:
    files = [await _kept(gateway, _jpeg(first + place)) for place in range(count)]
    return Album(items=tuple(Image(file=file) for file in files))


async def test_albums_through_crashes_are_whole_and_sent_once(whatsapp: Any, gateway: GatewayHost) -> None:
    """Kill -9 of the shard in the middle of one, again and again: no part is lost, and none sent twice."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    commands = [
        await gateway.accept(session.uid, sink, await _pictures(gateway, 40 + 10 * at, 4), lasts=180_000)
        for at in range(6)
    ]
    asked = [asyncio.create_task(gateway.ask(session.uid, command, within=_WITHIN)) for command in commands]
    for epoch, frames in ((2, 3), (3, 13)):
        await eventually(lambda frames=frames: _some_frames(whatsapp, number, frames), _WITHIN)
        os.kill(gateway.shard_pid(), signal.SIGKILL)
        await gateway.status(session.uid, "connected", epoch=epoch)
    await asyncio.gather(*asked, return_exceptions=True)

    ids = [[c.message_id, *(part_id(c.message_id, place) for place in range(4))] for c in commands]

    async def all_ended() -> list[Any] | None:
        rows = [await gateway.stores.messages.get(id_) for album in ids for id_ in album]
        return rows if all(row and row.state in {"sent", "unknown"} for row in rows) else None

    rows = await eventually(all_ended, _WITHIN)
    states = Counter(row.state for row in rows)
    assert states["unknown"] <= 2, states
    sent = [row.wa_id for row in rows if row.state == "sent"]
    frames = Counter(frame["id"] for frame in await whatsapp.frames(number))
    assert len(set(sent)) == len(sent)
    assert set(sent) <= set(frames)
    assert len(frames) <= len(rows)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.timeout(INSTALL_SECONDS + 120)
@pytest.mark.proves("out", "Baileys", "album")
async def test_baileys_has_an_album_and_its_parts(
    whatsapp: Any,
    gateway: GatewayHost,
    installed: Path,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    """What is to follow, and each of them with the album that it names."""
    baileys = Baileys(whatsapp.addresses, installed, tmp_path / "baileys")
    await baileys.start()
    try:
        number = f"62815{tmp_path.stat().st_ino % 10**8:08}"  # noqa: ASYNC240 - a number of its own
        await pair(whatsapp.http, baileys, number)
        session, _ = await gateway.pair(whatsapp)
        moving = (await asyncio.to_thread(film, tmp_path / "a.mp4")).read_bytes()
        still = await _kept(gateway, _jpeg(80))
        album = Album(items=(Image(file=still, caption="Halo"), Video(file=await _kept(gateway, moving))))
        command = await gateway.accept(session.uid, number, album)
        reply = await gateway.ask(session.uid, command)
        heard = await baileys.hear("message", lambda line: line["id"] == reply.wa_id)
        assert (heard["kind"], heard["part"]["expectedImageCount"]) == ("albumMessage", 1)
        assert heard["part"]["expectedVideoCount"] == 1
        for kind, text in (("imageMessage", "Halo"), ("videoMessage", None)):
            part = await baileys.hear("message", lambda line, kind=kind: line["kind"] == kind)
            assert (part["album"], part.get("text")) == (reply.wa_id, text)
    finally:
        await baileys.stop()


async def _some_frames(whatsapp: Any, number: str, count: int) -> bool:
    return len(await whatsapp.frames(number)) >= count
