"""Messages with a file through a whole session host, to Baileys: a client that shares nothing with ours."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.content.sayings import Edit
from tests.sandbox.baileys.conftest import INSTALL_SECONDS, installed  # noqa: F401 - a fixture
from tests.sandbox.baileys.driver import Baileys, pair
from tests.session_host.gateway_host import GatewayHost, gateway_host
from tests.session_host.test_files_sent import _KINDS, _MADE_ANEW, _kept

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.timeout(INSTALL_SECONDS + 120),
]
_PARTS = {
    "image": "imageMessage", "video": "videoMessage", "gif": "videoMessage", "video_note": "ptvMessage",
    "audio": "audioMessage", "voice": "audioMessage", "document": "documentMessage", "sticker": "stickerMessage",
}  # fmt: skip


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


@pytest.mark.proves(
    "out", "Baileys", "image", "video", "gif", "video_note", "audio", "voice", "document", "sticker"
)  # fmt: skip
async def test_every_kind_comes_as_it_was_sent(
    whatsapp: Any,
    gateway: GatewayHost,
    installed: Path,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    """Baileys decrypts the same bytes, unless they had to be made anew, and takes each for what it is.

    The words below a picture or a film are changed where it shows them.
    """
    baileys = Baileys(whatsapp.addresses, installed, tmp_path / "baileys")
    await baileys.start()
    try:
        number = f"62813{tmp_path.stat().st_ino % 10**8:08}"  # noqa: ASYNC240 - a number of its own
        await pair(whatsapp.http, baileys, number)
        session, _ = await gateway.pair(whatsapp)
        for name, (kind, make, fields, _) in _KINDS.items():
            content = (await asyncio.to_thread(make, tmp_path)).read_bytes()
            said = kind(file=await _kept(gateway, content, "report.jpg"), **fields)
            reply = await gateway.ask(session.uid, await gateway.accept(session.uid, number, said))
            heard = await baileys.hear("message", lambda line, wa_id=reply.wa_id: line["id"] == wa_id)
            assert heard["kind"] == _PARTS[said.type], (name, heard)
            assert heard.get("text") == fields.get("caption"), name
            assert heard["part"].get("viewOnce", False) is fields.get("view_once", False), name
            assert bool(heard.get("ptt")) is (said.type == "voice"), name
            assert bool(heard.get("gif")) is (said.type == "gif"), name
            if said.type in {"image", "video", "gif"}:
                edit = Edit(message_id=reply.wa_id or "", text=f"other words below {said.type}")
                await gateway.ask(session.uid, await gateway.accept(session.uid, number, edit))
                words = edit.text
                await baileys.hear(
                    "update",
                    lambda line, wa_id=reply.wa_id, words=words: line["id"] == wa_id and line.get("text") == words,
                )
            found = await baileys.do("download", id=reply.wa_id)
            assert (found["sha256"] == hashlib.sha256(content).hexdigest()) is (name not in _MADE_ANEW), name
    finally:
        await baileys.stop()
