"""A session that is paired with one number and then with another: whose number sends what was accepted before."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.commands.messages import Send
from shared.contracts.commands.pairing import Login, Logout
from shared.contracts.commands.sessions import Reconsider
from shared.contracts.content.text import Text
from shared.ids import new_message_id, now_ms
from shared.messages.model import OutboundMessage
from shared.sessions.model import Desired
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


@pytest.mark.parametrize("back", [False, True], ids=["another number", "the same number"])
async def test_what_was_queued_for_a_number_is_sent_by_no_other(
    whatsapp: Any, gateway: GatewayHost, *, back: bool
) -> None:
    """However it came into the queue, through a logout and another owner; what was queued for nobody goes out."""
    session, first = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    await gateway.stores.sessions.set_desired(session.uid, Desired.STOPPED)
    assert (await gateway.ask(session.uid, Reconsider())).status == "stopped"
    by_owner = await _sent(gateway, session.uid, sink)
    by_store = await gateway.accept(session.uid, sink, "x", queue=True)
    assert (await gateway.ask(session.uid, by_store)).state == "queued"
    in_no_memory = await gateway.accept(session.uid, sink, "x", queue=True, sender=first)

    await gateway.stores.sessions.unlink(session.uid, now=now_ms(), then=Desired.RUNNING)
    assert (await gateway.ask(session.uid, Logout(by_row=True))).unlinked
    await gateway.kill_shard()
    for_nobody = await gateway.accept(session.uid, sink, "x", queue=True)

    number = first if back else await whatsapp.new_phone()
    before = len(await whatsapp.frames(first))
    qr = (await gateway.ask(session.uid, Login())).qr
    await whatsapp.post(f"/phones/{number}/scan", qr=qr)
    await gateway.status(session.uid, "connected")
    rows = [
        await eventually(lambda id_=id_: _ended(gateway, id_))
        for id_ in (by_owner, by_store.message_id, in_no_memory.message_id)
    ]
    assert (await eventually(lambda: _ended(gateway, for_nobody.message_id))).wa_id
    if back:
        assert all(row.wa_id for row in rows)
        return
    assert [row.failure and row.failure.code for row in rows] == ["SENDER_CHANGED"] * 3
    assert len(await whatsapp.frames(first)) == before
    assert len(await whatsapp.frames(number)) == 1
    assert (await gateway.send(session.uid, sink, "x", queue=True)).wa_id


async def _sent(gateway: GatewayHost, uid: str, to: str) -> str:
    """The id of a message that its owner has put into the store, where it waits."""
    command = Send(
        message_id=new_message_id(), key_id="key_one", to=f"{to}@s.whatsapp.net", content=Text(text="x"), queue=True,
        created_at=now_ms(), expires_at=now_ms() + 600_000,
    )  # fmt: skip
    assert (await gateway.ask(uid, command)).state == "queued"
    return command.message_id


async def _ended(gateway: GatewayHost, message_id: str) -> OutboundMessage | None:
    row = await gateway.stores.messages.get(message_id)
    return row if row and (row.wa_id or row.failure) else None
