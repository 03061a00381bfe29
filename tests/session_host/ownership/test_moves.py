"""A session that changes its shard while both live, against the sandbox."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.commands.sessions import Release
from shared.sessions.model import Session
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    """A host whose shards hold two sessions each."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment, WAGATE_SESSIONS_PER_SHARD="2") as running:
        yield running


async def test_a_session_moves_to_another_shard(whatsapp: Any, gateway: GatewayHost) -> None:
    """It is connected there under the next epoch without another QR code, and sends; the first shard has let it go."""
    session, _ = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    others = [await gateway.new_session(f"other{n}") for n in range(2)]
    before = await gateway.status(session.uid, "connected")
    there = await eventually(lambda: _another_owner(gateway, before.owner, others), within=90)
    assert (await gateway.send(session.uid, sink, "before")).state == "sent"
    await gateway.ask(session.uid, Release(to=there))
    moved = await eventually(lambda: _connected_anew(gateway, before), within=90)
    assert (moved.owner, moved.epoch) == (there, 2)
    assert (await gateway.send(session.uid, sink, "after")).state == "sent"
    assert session.uid not in [row.uid for row in await gateway.stores.sessions.owned_by(str(before.owner))]


async def _another_owner(gateway: GatewayHost, owner: str | None, sessions: list[Session]) -> str | None:
    rows = [await gateway.stores.sessions.get(session.uid) for session in sessions]
    return next((row.owner for row in rows if row and row.owner not in {None, owner}), None)


async def _connected_anew(gateway: GatewayHost, before: Session) -> Session | None:
    """The row, once its connection is a later one: at first the new owner has the report of the one before."""
    row = await gateway.stores.sessions.get(before.uid)
    return row if row and row.report.status == "connected" and row.report.since > before.report.since else None
