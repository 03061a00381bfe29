"""How many shards a host has: as many as its sessions need, up to what is set, and no more than that afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.subjects import SESSIONS_WANTED
from shared.ids import now_ms
from shared.sessions.model import Desired
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


@pytest.fixture
async def gateway(nats_url: str, tmp_path: Path, whatsapp: Any) -> AsyncIterator[GatewayHost]:
    """A host of two shards at most, for two sessions each."""
    environment = {
        **whatsapp.addresses.shard_environment(),
        "WAGATE_SHARD_LAUNCHER": "sandbox.trust",
        "WAGATE_SESSIONS_PER_SHARD": "2",
        "WAGATE_SHARDS_PER_HOST": "2",
        "WAGATE_EMPTY_SHARD_ENDS_AFTER": "1",
    }
    async with gateway_host(nats_url, tmp_path, environment) as host:
        yield host


async def test_a_shard_that_is_not_needed_any_more_ends(gateway: GatewayHost) -> None:
    """The fifth session finds no place. When all are deleted the second shard ends, and a restart brings none back."""
    sessions = gateway.stores.sessions
    made = [(await sessions.get_or_create(f"key_{place}", "a", now=now_ms()))[0] for place in range(5)]
    await gateway.bus.ring(SESSIONS_WANTED)

    async def all_but_one() -> bool:
        rows = [await sessions.get(row.uid) for row in made]
        return len([row for row in rows if row and row.owner]) == 4

    await eventually(all_but_one, within=60)
    await eventually(lambda: _says(gateway, "host_full"), within=30)

    async def no_room() -> bool:
        """Each renews its lease by itself."""
        return [lease.room for lease in await gateway.stores.leases.all()] == [0, 0]

    await eventually(no_room)
    for row in made:
        await sessions.set_desired(row.uid, Desired.DELETED)
    await gateway.bus.ring(SESSIONS_WANTED)

    async def one_shard() -> bool:
        return [lease.held for lease in await gateway.stores.leases.all()] == [0]

    await eventually(one_shard, within=60)
    await eventually(lambda: _says(gateway, "empty_shard_ended"), within=30)
    assert sorted(path.name for path in (gateway.folder / "journal").glob("*.db")) == ["0.db"]
    again, _ = await sessions.get_or_create("key_1", "again", now=now_ms())
    await gateway.status(again.uid, "qr_ready", within=60)
    assert gateway.stop() == 0
    gateway.start()
    await gateway.status(again.uid, "logged_out", epoch=2, within=60)  # nobody has asked the new shard for a code
    assert len(await gateway.stores.leases.all()) == 1


async def _says(gateway: GatewayHost, event: str) -> bool:
    return event in gateway.log.read_text()
