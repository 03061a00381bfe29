"""A shard that is asked to stop, against the sandbox: everything that matters is done before it is killed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from session_host.auth_sync.manifests import Manifests
from shared.messages.model import MessageState
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    """One with time to stop, also on a machine that is busy with something else."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment, WAGATE_STOP_WITHIN="10") as running:
        yield running


async def test_a_send_that_whatsapp_acknowledges_late_costs_nothing_but_itself(
    whatsapp: Any, gateway: GatewayHost
) -> None:
    """Sessions, their last snapshots and the lease are given up in time; no shard has to be killed."""
    session, number = await gateway.pair(whatsapp)
    other, _ = await gateway.pair(whatsapp, "other")
    sink = await whatsapp.new_sink()
    assert (await gateway.send(session.uid, sink, "first")).state == "sent"  # what a first message needs is asked for
    await whatsapp.fault("slow", target=number, milliseconds=60_000)
    command = await gateway.accept(session.uid, sink, "late")
    asking = asyncio.create_task(gateway.ask(session.uid, command))
    await eventually(lambda: _handed_over(whatsapp, number))
    assert await asyncio.to_thread(gateway.stop) == 0
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert "shard_killed" not in gateway.log.read_text()
    for uid in (session.uid, other.uid):
        row = await gateway.stores.sessions.get(uid)
        assert row is not None
        assert (row.owner, row.epoch) == (None, 1)
        written = await Manifests(gateway.stores.blobs).read(uid)
        assert written is not None
        assert written.manifest.clean
    assert await gateway.stores.leases.all() == []
    message = await gateway.stores.messages.get(command.message_id)
    assert message is not None
    assert message.state is MessageState.UNKNOWN


async def _handed_over(whatsapp: Any, number: str) -> bool:
    return len(await whatsapp.frames(number)) == 2
