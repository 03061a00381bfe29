"""A worn shard gives its sessions to another one and ends, against the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host

_REPLACEMENTS = 2


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    """A host whose shards are worn as soon as they are two seconds old."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    worn = {"WAGATE_SHARD_MEMORY": "1", "WAGATE_SHARD_MIN_AGE": "2"}
    async with gateway_host(nats_url, tmp_path, environment, **worn) as running:
        yield running


async def test_a_shard_is_replaced_and_no_send_fails(whatsapp: Any, gateway: GatewayHost) -> None:
    """Messages sent all the while are sent, and once each, whichever shard has the session."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    texts: list[str] = []
    ended = asyncio.Event()

    async def keep_sending() -> None:
        while not ended.is_set():
            texts.append(f"message {len(texts)}")
            answer = await gateway.send(session.uid, sink, texts[-1])
            assert answer.state == "sent", answer

    async def was_replaced() -> bool:
        row = await gateway.stores.sessions.get(session.uid)
        return row is not None and row.epoch > _REPLACEMENTS and row.report.status == "connected"

    sending = asyncio.create_task(keep_sending())
    await eventually(was_replaced, within=90)
    ended.set()
    await asyncio.wait_for(sending, 60)
    frames = (await whatsapp.get("/frames", **{"from": number, "limit": "100000"}))["frames"]
    assert len({frame["id"] for frame in frames}) == len(texts)
    assert b"shard_died" not in gateway.log.read_bytes()
