"""Large files arrive as they were sent, and what a host has of memory for them has a bound."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from shared.contracts.content.document import Document
from shared.contracts.content.file import File
from shared.ids import new_file_id
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host
from tests.session_host.peak import Peak

_MB = 1 << 20
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def _random(gateway: GatewayHost, size: int) -> File:
    """Bytes that nothing can compress, a piece at a time."""

    async def pieces() -> AsyncGenerator[bytes]:
        for at in range(0, size, _MB):
            yield os.urandom(min(_MB, size - at))

    file_id = new_file_id()
    written = await gateway.stores.files.write(file_id, pieces(), size)
    return File(media_id=file_id, size=written.size, sha256=written.sha256, file_name="large.bin")


def _converters(gateway: GatewayHost) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for child in psutil.Process(gateway.process.pid).children(recursive=True):
        with suppress(psutil.Error):  # one that has just ended
            if "session_host.media.work" in child.cmdline():
                found.append(child)
    return found


async def _send(gateway: GatewayHost, uid: str, to: str, file: File) -> None:
    command = await gateway.accept(uid, to, Document(file=file), lasts=240_000)
    assert (await gateway.ask(uid, command, within=120)).state in {"sent", "delivered", "read"}


@pytest.mark.parametrize("size", [20, 100])
async def test_a_large_file_arrives_as_it_was_sent(whatsapp: Any, gateway: GatewayHost, size: int) -> None:
    """The same bytes; the shard's library holds some three times as many for it, and the converter next to nothing."""
    contact = await whatsapp.new_phone()
    await whatsapp.http.delete(f"/phones/{contact}")
    await whatsapp.post("/contacts", number=contact)
    session, _ = await gateway.pair(whatsapp)
    file = await _random(gateway, size * _MB)
    shard = Peak(gateway.shard_pid())

    await _send(gateway, session.uid, contact, file)

    async def stored() -> dict[str, Any] | None:
        found = (await whatsapp.get(f"/contacts/{contact}/messages"))["messages"]
        return found[0]["media"] if found and found[0]["media"]["state"] == "stored" else None

    media = await eventually(stored, 60)
    assert (media["sha256"], media["size"]) == (file.sha256, size * _MB)
    (converter,) = _converters(gateway)
    used = converter.memory_info().rss
    print(f"{size} MB: shard {shard.before // _MB} MiB and {shard.grown // _MB} more, converter {used // _MB} MiB")  # noqa: T201
    assert shard.grown < (3 * size + 80) * _MB
    assert used < 100 * _MB


async def test_many_large_files_at_once_have_a_bound(whatsapp: Any, gateway: GatewayHost) -> None:
    """Eight of 40 MB are 320: no more than 100 MiB are uploaded at once, and the library holds some three of each."""
    session, _ = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    files = [await _random(gateway, 40 * _MB) for _ in range(8)]
    shard = Peak(gateway.shard_pid())
    await asyncio.gather(*(_send(gateway, session.uid, sink, file) for file in files))
    print(f"8 x 40 MB: shard {shard.before // _MB} MiB and {shard.grown // _MB} more")  # noqa: T201
    assert shard.grown < 480 * _MB
