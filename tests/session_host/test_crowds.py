"""One key's crowd of sessions, and what it leaves for another key."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from session_host.ownership.holding import NOT_PAIRED
from shared.contracts.commands.pairing import Login
from shared.contracts.commands.sessions import ReadStatus
from shared.contracts.subjects import SESSIONS_WANTED
from shared.ids import now_ms
from shared.sessions.model import TOO_MANY_LOGINS, Desired, Session, SessionStatus
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host

_FORGOTTEN_AFTER = 8.0
"""Seconds; a pairing takes less, also on a machine that is busy with something else."""


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    """A host of one shard that lets three sessions of a key wait for a phone, for some seconds."""
    environment = {
        **whatsapp.addresses.shard_environment(),
        "WAGATE_SHARD_LAUNCHER": "sandbox.trust",
        "WAGATE_LOGINS_PER_KEY": "3",
        "WAGATE_UNPAIRED_STOPS_AFTER": str(_FORGOTTEN_AFTER),
    }
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def made(gateway: GatewayHost, key_id: str, name: str) -> Session:
    """A new session of this key."""
    row, _ = await gateway.stores.sessions.get_or_create(key_id, name, now=now_ms())
    return row


async def test_a_crowd_takes_its_share_and_leaves_the_rest(gateway: GatewayHost) -> None:
    """Of thirty new sessions of a key three wait for a phone, the others are stopped at once and held by nobody.

    Another key's session, made last, has its code. What nobody asks about stops by itself, and goes on when asked.
    """
    crowd = [await made(gateway, "key_crowd", f"s{place}") for place in range(30)]
    other = await made(gateway, "key_other", "a")
    sessions, waited = gateway.stores.sessions, set[str]()

    async def counted() -> bool:
        """Whoever waits is asked about, so that none is put away before it has shown its code, and remembered."""
        rows = [await sessions.get(row.uid) for row in crowd]
        put_off = [
            row
            for row in rows
            if row and row.owner is None and row.desired is Desired.STOPPED and row.report.reason == TOO_MANY_LOGINS
        ]
        for row in rows:
            if row and row.owner and row.uid not in waited:
                said = await gateway._reply(row.uid, ReadStatus(), 30)  # None: it is just being put off
                waited.update({row.uid} if said and said.status == SessionStatus.QR_READY else ())
        return (len(put_off), len(waited)) == (27, 3)

    counting = asyncio.create_task(eventually(counted))
    await gateway.bus.ring(SESSIONS_WANTED)
    assert (await gateway.ask(other.uid, Login())).qr
    await counting
    assert len(waited) == 3

    async def put_away() -> bool:
        rows = [await sessions.get(row.uid) for row in (*crowd, other)]
        return all(
            row and row.owner is None and row.desired is Desired.STOPPED and row.report.status is SessionStatus.STOPPED
            for row in rows
        )

    await eventually(put_away, within=_FORGOTTEN_AFTER + 60)
    row = await sessions.get(other.uid)
    assert row
    assert row.report.reason == NOT_PAIRED
    await sessions.set_desired(other.uid, Desired.RUNNING)
    assert (await gateway.ask(other.uid, Login())).qr


async def test_a_pairing_is_never_forgotten(gateway: GatewayHost, whatsapp: Any) -> None:
    """A session with a pairing stays connected, and is no login of its key any more: another one may begin."""
    paired = [(await gateway.pair(whatsapp, f"paired-{place}"))[0] for place in range(3)]
    waiting = await gateway.new_session("waits")
    assert (await gateway.ask(waiting.uid, Login())).qr

    async def forgotten() -> bool:
        row = await gateway.stores.sessions.get(waiting.uid)
        return row is not None and row.owner is None

    await eventually(forgotten, within=_FORGOTTEN_AFTER + 60)
    for session in paired:
        row = await gateway.stores.sessions.get(session.uid)
        assert row
        assert (row.desired, row.report.status) == (Desired.RUNNING, SessionStatus.CONNECTED)
        assert row.owner is not None
