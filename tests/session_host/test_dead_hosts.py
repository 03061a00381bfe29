"""A host that dies for good, with its supervisor and its shards, while another one shares its disk."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from session_host.auth_sync.manifests import Manifests
from session_host.inbound.journal import Journal
from shared.contracts.events import EVENT, MessageReceived, SessionChanged
from shared.events.model import LoggedEvent
from tests.emulators.nats_process import NatsServer
from tests.session_host.gateway_host import ROOT, GatewayHost, eventually, gateway_host


@contextmanager
def another_host(gateway: GatewayHost, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another host on the same rows, with a folder of its own."""
    environment = {**os.environ, **gateway.environment, "WAGATE_HOST_DIR": str(folder)}
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "session_host"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        print((folder.parent / f"{folder.name}.log").read_text())  # noqa: T201 - pytest shows it when the test fails


@pytest.fixture
async def gateway(whatsapp: Any, own_nats: NatsServer, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(own_nats.url, tmp_path, environment) as running:
        yield running


async def kill_for_good(gateway: GatewayHost) -> None:
    """Both without a word: nobody starts its shard again, and the shard does not see that its supervisor is gone."""
    gateway.process.send_signal(signal.SIGSTOP)
    await gateway.kill_shard()
    gateway.process.kill()
    gateway.process.wait()


async def log_of(gateway: GatewayHost, uid: str) -> list[LoggedEvent]:
    return await gateway.logged(uid)


async def test_what_a_dead_host_had_not_published_is_published_by_the_one_that_takes_its_sessions(
    whatsapp: Any, gateway: GatewayHost, own_nats: NatsServer, tmp_path: Path
) -> None:
    """Messages that came while NATS was away, and were on the disk alone when the host died.

    Each is there once, under the id that it would have had, in order, and before what the next owner says.
    """
    session, number = await gateway.pair(whatsapp)
    ani = await whatsapp.new_phone()
    await whatsapp.post("/contacts", number=ani)
    sent = [await _said(whatsapp, ani, number, "before")]
    file = gateway.folder / "journal" / "0.db"

    async def published() -> bool:
        return any(event.kind == "message_received" for event in await log_of(gateway, session.uid))

    async def is_kept() -> bool:
        """Its pairing, where another host finds it: this one's disk is not the other's."""
        written = await Manifests(gateway.stores.blobs).read(session.uid)
        return written is not None and written.manifest.object is not None

    await eventually(published)
    await eventually(is_kept)
    own_nats.kill()
    sent += [await _said(whatsapp, ani, number, f"during {turn}") for turn in range(5)]

    async def journalled() -> bool:
        return await _waiting(file) == (0, 5)

    await eventually(journalled)
    await kill_for_good(gateway)
    journal = Journal(file, synchronous="NORMAL")
    left = {f"{journal.id}-{entry.seq}" for entry in journal.read("published", after=0, limit=100)}
    journal.close()
    own_nats.restart()
    with another_host(gateway, tmp_path / "second"):
        await gateway.status(session.uid, "connected", epoch=2, within=60)

        async def told() -> list[LoggedEvent]:
            events = await log_of(gateway, session.uid)
            return events if any(_epoch(event) == 2 for event in events) else []

        events = await eventually(told, within=60)
        living = (tmp_path / "second" / "host-id").read_text()

        async def forgotten() -> bool:
            return not file.exists() and {lease.host for lease in await gateway.stores.leases.all()} == {living}

        await eventually(forgotten, within=60)
    parsed = [EVENT.validate_json(event.event) for event in events]
    received = [event.id for event in parsed if isinstance(event, MessageReceived)]
    assert received == sent
    assert left <= {event.id for event in events}
    assert len({event.id for event in events}) == len(events)
    successor = next(place for place, event in enumerate(events) if _epoch(event) == 2)
    assert all(event.kind != "message_received" for event in events[successor:])


def _epoch(event: LoggedEvent) -> int:
    parsed = EVENT.validate_json(event.event)
    return parsed.epoch if isinstance(parsed, SessionChanged) else 0


async def _waiting(file: Path) -> tuple[int, int]:
    """How many entries of a journal are not applied, and how many messages are not published."""

    def count() -> tuple[int, int]:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as rows:
            found = rows.execute("SELECT applied, published, CAST(event AS TEXT) FROM entry").fetchall()
        messages = [published for _, published, event in found if json.loads(event)["kind"] == "message_received"]
        return sum(not applied for applied, _, _ in found), messages.count(0)

    return await asyncio.to_thread(count)


async def _said(whatsapp: Any, sender: str, to: str, text: str) -> str:
    return (await whatsapp.post(f"/contacts/{sender}/send", to=to, text=text))["id"]
