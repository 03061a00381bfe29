"""Logging out and deleting, against the sandbox: whether the phone still lists the device says whether they were."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from session_host.session.unlinking import pause
from shared.contracts.commands.pairing import Login, Logout
from shared.contracts.commands.sessions import Reconsider, StatusReply
from shared.errors import UnlinkPending
from shared.ids import now_ms
from shared.sessions.model import Desired, Session
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def test_a_stopped_session_is_unlinked_and_shows_no_code(whatsapp: Any, gateway: GatewayHost) -> None:
    """It connects for that alone: what is queued is not sent. Afterwards only a request for a code brings one."""
    session, number = await gateway.pair(whatsapp)
    await _stopped(gateway, session)
    queued = await gateway.accept(session.uid, await whatsapp.new_sink(), "later", queue=True)
    assert (await gateway.ask(session.uid, queued)).state == "queued"
    reply = await _logged_out(gateway, session)
    assert (reply.status, reply.reason, reply.unlinked) == ("logged_out", "logged_out", True)
    assert await _devices(whatsapp, number) == []
    assert await whatsapp.frames(number) == []
    await gateway.ask(session.uid, Reconsider())
    row = await gateway.status(session.uid, "logged_out")
    assert (row.desired, row.unlink_since, row.report.reason) == (Desired.RUNNING, None, "logged_out")
    assert (await gateway.ask(session.uid, Login())).qr


@pytest.mark.parametrize("end", ["logout", "delete"])
async def test_a_session_that_nobody_holds_is_unlinked(whatsapp: Any, gateway: GatewayHost, end: str) -> None:
    """A stopped one, after its host was started again: the row alone says what is wanted."""
    session, number = await gateway.pair(whatsapp)
    await _stopped(gateway, session)
    assert gateway.stop() == 0
    gateway.start()
    then = Desired.RUNNING if end == "logout" else Desired.DELETED
    await gateway.stores.sessions.unlink(session.uid, now=now_ms(), then=then)
    await eventually(lambda: _gone_from(whatsapp, number), within=40)
    if end == "logout":
        await eventually(lambda: _reason_is(gateway, session.uid, "logged_out"))
    else:
        await eventually(lambda: _removed(gateway, session.uid))


@pytest.mark.parametrize("fault", ["replace", "close", "stop"])
async def test_a_session_that_is_not_connected_is_unlinked_before_it_is_deleted(
    whatsapp: Any, gateway: GatewayHost, fault: str
) -> None:
    """Replaced, reconnecting, stopped: it is connected once more for that."""
    session, number = await gateway.pair(whatsapp)
    if fault == "stop":
        await _stopped(gateway, session)
    else:
        await whatsapp.fault(fault, target=number)
    if fault == "replace":
        await gateway.status(session.uid, "failed")
    assert (await _deleted(gateway, session)).unlinked is True
    assert await _devices(whatsapp, number) == []
    assert await gateway.stores.sessions.get(session.uid) is None


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"kind": "refuse", "code": 405}, "client_outdated"),
        ({"kind": "ban", "expire": 2}, "temporary_ban"),
        ({"kind": "unreachable", "mode": "refuse"}, "wa_unreachable"),
    ],
)
async def test_what_cannot_be_unlinked_now_keeps_its_keys_and_is_tried_again(
    whatsapp: Any, gateway: GatewayHost, fault: dict[str, Any], why: str
) -> None:
    """It says so; everything but the keys is gone, its name is free; another owner goes on trying, until it is done."""
    session, number = await gateway.pair(whatsapp)
    await _stopped(gateway, session)
    target = {} if fault["kind"] == "unreachable" else {"target": number}
    await whatsapp.fault(**fault, **target, until_cleared=True)
    command = await gateway.accept(session.uid, await whatsapp.new_sink(), "later", queue=True)
    reply = await _deleted(gateway, session)
    assert (reply.unlinked, reply.not_unlinked) == (False, why)
    assert len(await _devices(whatsapp, number)) == 1
    assert await gateway.stores.messages.get(command.message_id) is None
    again = await gateway.new_session(session.name)
    assert again.uid != session.uid
    await gateway.kill_shard()
    await eventually(lambda: _epoch(gateway, session.uid, 2), within=40)
    assert len(await _devices(whatsapp, number)) == 1
    await whatsapp.clear_faults()
    await eventually(lambda: _removed(gateway, session.uid), within=90)
    assert await _devices(whatsapp, number) == []
    assert not (gateway.folder / "auth" / session.uid).exists()


async def test_nobody_logs_in_while_the_phone_has_the_old_device(whatsapp: Any, gateway: GatewayHost) -> None:
    """A code is refused with what to do; once the phone has removed the device itself, it is given."""
    session, number = await gateway.pair(whatsapp)
    await whatsapp.fault("ban", target=number, expire=3600, until_cleared=True)
    await gateway.status(session.uid, "failed")
    reply = await _logged_out(gateway, session)
    assert (reply.unlinked, reply.status, reply.reason) == (False, "logged_out", "unlink_pending")
    with pytest.raises(UnlinkPending, match="Linked devices") as refused:
        await gateway.ask(session.uid, Login())
    assert refused.value.details["reason"] == "temporary_ban"
    await whatsapp.clear_faults()
    (device,) = await _devices(whatsapp, number)
    await whatsapp.http.delete(f"/phones/{number}/devices/{device['device']}")
    assert (await gateway.ask(session.uid, Login())).qr
    row = await gateway.stores.sessions.get(session.uid)
    assert row is not None
    assert row.unlink_since is None


async def test_it_is_given_up_in_the_end(whatsapp: Any, nats_url: str, tmp_path: Path) -> None:
    """After the time of the setting the keys are dropped, the log and the metrics say so, the row is gone."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment, WAGATE_UNLINK_FOR="0") as gateway:
        session, number = await gateway.pair(whatsapp)
        await _stopped(gateway, session)
        await whatsapp.fault("refuse", target=number, code=405, until_cleared=True)
        assert (await _deleted(gateway, session)).unlinked is False
        assert await gateway.stores.sessions.get(session.uid) is None
        assert len(await _devices(whatsapp, number)) == 1
        assert "device_left_linked" in gateway.log.read_text()


def test_pauses_grow_with_the_age_of_the_wish() -> None:
    """From five seconds to an hour, the same for every owner; the end of a ban is waited for."""
    assert [pause(0, age * 1000, None) for age in (0, 5, 60, 7_200, 10**6)] == [5, 5, 30, 3600, 3600]
    assert pause(0, 1000, 601_000) == 600


async def _stopped(gateway: GatewayHost, session: Session) -> None:
    await gateway.stores.sessions.set_desired(session.uid, Desired.STOPPED)
    assert (await gateway.ask(session.uid, Reconsider())).status == "stopped"


async def _logged_out(gateway: GatewayHost, session: Session) -> StatusReply:
    await gateway.stores.sessions.unlink(session.uid, now=now_ms(), then=Desired.RUNNING)
    return await gateway.ask(session.uid, Logout(by_row=True))


async def _deleted(gateway: GatewayHost, session: Session) -> StatusReply:
    await gateway.stores.sessions.unlink(session.uid, now=now_ms(), then=Desired.DELETED)
    return await gateway.ask(session.uid, Reconsider())


async def _devices(whatsapp: Any, number: str) -> list[dict[str, Any]]:
    return (await whatsapp.get(f"/phones/{number}"))["devices"]


async def _gone_from(whatsapp: Any, number: str) -> bool:
    return not await _devices(whatsapp, number)


async def _removed(gateway: GatewayHost, uid: str) -> bool:
    return await gateway.stores.sessions.get(uid) is None


async def _reason_is(gateway: GatewayHost, uid: str, reason: str) -> bool:
    row = await gateway.stores.sessions.get(uid)
    return row is not None and row.report.reason == reason


async def _epoch(gateway: GatewayHost, uid: str, epoch: int) -> bool:
    row = await gateway.stores.sessions.get(uid)
    return row is not None and row.epoch >= epoch and row.owner is not None
