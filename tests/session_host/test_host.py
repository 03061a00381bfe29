"""A whole session host against the sandbox: supervisor, shard, SQLite, NATS and the real library."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.blobs.keys import auth_prefix
from shared.contracts.answers import decode
from shared.contracts.commands.command import Done
from shared.contracts.commands.messages import Send
from shared.contracts.commands.pairing import Login
from shared.contracts.commands.sessions import ReadStatus, Reconsider
from shared.contracts.content.text import Text
from shared.contracts.subjects import session_commands
from shared.errors import Disconnected, NoHost, NumberNotOnWhatsApp, SendUnknown
from shared.ids import new_message_id, now_ms
from shared.messages.model import MessageState
from shared.sessions.model import Desired
from tests.contents import in_turns
from tests.session_host.gateway_host import ROOT, GatewayHost, eventually, gateway_host

SECRET = "a text that nobody may read in a log"  # noqa: S105 - of the tests


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    """A host that is connected to nothing yet."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def test_a_session_is_made_logged_in_and_sends(whatsapp: Any, gateway: GatewayHost) -> None:
    """The whole way of a send: a row, a request over NATS, one frame at WhatsApp, a row that says so, its receipt."""
    session, _ = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink(receipts=True)
    command = await gateway.accept(session.uid, sink, "hello")
    reply = await gateway.ask(session.uid, command)
    assert reply.state in {"sent", "delivered", "read"}
    assert reply.wa_id
    again = await gateway.ask(session.uid, command)
    assert (again.wa_id, again.timestamp) == (reply.wa_id, reply.timestamp)
    row = await eventually(lambda: _in_state(gateway, command.message_id, {"delivered", "read"}))
    assert row.wa_id == reply.wa_id


async def test_a_number_that_is_not_there_is_refused(whatsapp: Any, gateway: GatewayHost) -> None:
    """Nothing is sent to a number that is not on WhatsApp, and the row says why."""
    session, number = await gateway.pair(whatsapp)
    command = await gateway.accept(session.uid, "628999999999", "hello")
    with pytest.raises(NumberNotOnWhatsApp):
        await gateway.ask(session.uid, command)
    row = await gateway.stores.messages.get(command.message_id)
    assert row
    assert row.state is MessageState.FAILED
    assert row.failure
    assert row.failure.code == "NUMBER_NOT_ON_WHATSAPP"
    assert await whatsapp.frames(number) == []


@pytest.mark.parametrize("newer", [{"kind": "teleport"}, {"content": {"type": "text", "text": SECRET, "blink": True}}])
async def test_a_request_of_a_newer_api_is_refused_in_words(gateway: GatewayHost, newer: dict[str, Any]) -> None:
    """One that the host does not know, or not all of: nothing is done, it is worth repeating, the next is served.

    What it says is not in the host's log.
    """
    session = await gateway.new_session()
    assert (await gateway.ask(session.uid, Login())).qr
    known = Send(
        message_id=new_message_id(), key_id="key_one", to="1@lid", content=Text(text=SECRET), created_at=now_ms(),
        expires_at=now_ms() + 60_000, stored=True,
    )  # fmt: skip
    request = {"request_id": "req_1", "deadline": now_ms() + 60_000, "command": known.model_dump() | newer}
    answer = await gateway.bus.request(session_commands(session.uid), orjson.dumps(request), timeout=30)
    with pytest.raises(NoHost, match="older than the API") as refused:
        decode(answer, Done)
    assert refused.value.retry_after
    assert (await gateway.ask(session.uid, ReadStatus())).status == "qr_ready"
    logged = gateway.log.read_text()
    assert "command_not_understood" in logged
    assert SECRET not in logged


async def test_a_stopped_session_refuses_or_queues(whatsapp: Any, gateway: GatewayHost) -> None:
    """Nothing is queued unless it may be; what was queued goes out, in order, when the session is back."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    await gateway.stores.sessions.set_desired(session.uid, Desired.STOPPED)
    stopped = await gateway.ask(session.uid, Reconsider())
    assert stopped.status == "stopped"
    with pytest.raises(Disconnected) as refused:
        await gateway.send(session.uid, sink, "lost")
    assert refused.value.details["connectionStatus"] == "stopped"
    commands = [await gateway.accept(session.uid, sink, said, queue=True) for said in in_turns(3)]
    for command in commands:
        assert (await gateway.ask(session.uid, command)).state == "queued"
    await gateway.stores.sessions.set_desired(session.uid, Desired.RUNNING)
    await gateway.ask(session.uid, Reconsider())
    # Ids sort by the millisecond: two of the same one have no order between them but that of their ids.
    in_order = sorted(commands, key=lambda command: command.message_id)
    rows = [await eventually(lambda c=c: _in_state(gateway, c.message_id, {"sent"})) for c in in_order]
    assert [frame["id"] for frame in await whatsapp.frames(number)] == [row.wa_id for row in rows]


async def test_a_deleted_session_leaves_nothing(whatsapp: Any, gateway: GatewayHost) -> None:
    """Delete logs out and removes the folder, the messages, the inbox, the events and, last, the row."""
    session, _ = await gateway.pair(whatsapp)
    contact, number = await gateway.pair(whatsapp, "contact")
    command = await gateway.accept(session.uid, number, "hello")
    await gateway.ask(session.uid, command)

    async def both() -> bool:
        return all([await gateway.logged(each.uid) for each in (session, contact)])

    await eventually(both)
    await gateway.stores.sessions.set_desired(session.uid, Desired.DELETED)
    await gateway.ask(session.uid, Reconsider())
    assert await gateway.stores.sessions.get(session.uid) is None
    assert await gateway.stores.messages.get(command.message_id) is None
    assert not (gateway.folder / "auth" / session.uid).exists()
    assert await gateway.stores.blobs.list(auth_prefix(session.uid)) == []
    assert await gateway.logged(session.uid) == []
    assert await gateway.logged(contact.uid)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
async def test_a_shard_that_dies_is_back_with_its_session(whatsapp: Any, gateway: GatewayHost, number: int) -> None:
    """A dead shard's session is connected again within 5 s and sends without another QR code."""
    session, _ = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    dead = await gateway.kill_shard(number=number)
    row = await gateway.status(session.uid, "connected", epoch=2)
    assert row.epoch == 2
    assert gateway.shard_pid() != dead
    assert (await gateway.send(session.uid, sink, "back")).state == "sent"


async def test_a_host_that_restarts_keeps_its_sessions(whatsapp: Any, gateway: GatewayHost) -> None:
    """SIGTERM ends the host with status 0; started again, the session is connected; an unpaired one burns no codes."""
    session, _ = await gateway.pair(whatsapp)
    unpaired = await gateway.new_session("unpaired")
    assert (await gateway.ask(unpaired.uid, Login())).qr
    assert gateway.stop() == 0
    gateway.start()
    await gateway.status(session.uid, "connected", epoch=2)
    assert (await gateway.status(unpaired.uid, "logged_out", epoch=2)).report.reason == "not_paired"


async def test_sends_through_crashes_are_sent_once_or_unknown(whatsapp: Any, gateway: GatewayHost) -> None:
    """Kill -9 mid-send, asked again until each ends: one frame for each that is sent, never two for one."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    commands = [await gateway.accept(session.uid, sink, said, lasts=120_000) for said in in_turns(100)]

    async def until_ended(command: Any) -> str:
        try:
            reply = await gateway.ask(session.uid, command, within=40)
        except SendUnknown:
            return "unknown"
        return reply.state

    sending = [asyncio.create_task(until_ended(command)) for command in commands]
    await eventually(lambda: _some_frames(whatsapp, number, 20))
    await gateway.kill_shard()
    await gateway.status(session.uid, "connected", epoch=2)
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    states = Counter(await asyncio.gather(*(until_ended(command) for command in commands)))
    frames = Counter(frame["id"] for frame in await whatsapp.frames(number))
    assert set(states) <= {"sent", "unknown"}, states
    assert states["sent"] <= len(frames) <= 100
    assert states["unknown"] <= 2, states
    rows = [await gateway.stores.messages.get(command.message_id) for command in commands]
    sent = [row.wa_id for row in rows if row and row.state is MessageState.SENT]
    assert len(set(sent)) == len(sent) == states["sent"]
    assert set(sent) <= set(frames)


async def test_inbound_through_crashes_all_arrives_in_order(whatsapp: Any, gateway: GatewayHost) -> None:
    """Messages that arrive while the shard is killed twice are all in the inbox, once.

    What was sent last has arrived before the kill: the library acknowledges a message a moment before it hands it over,
    and one that is acknowledged in that moment dies with the process (docs/session-host.md).
    """
    session, number = await gateway.pair(whatsapp)
    contact, contact_number = await gateway.pair(whatsapp, "contact")
    expected = 30
    for n in range(expected):
        await gateway.send(contact.uid, number, f"in {n}", queue=True, lasts=120_000)
        if n in {10, 20}:
            await eventually(partial(_shown, gateway, session.uid, n + 1))
            await gateway.kill_shard()
    texts = await eventually(lambda: _shown(gateway, session.uid, expected))
    assert len(texts) == expected
    assert contact_number


async def _shown(gateway: GatewayHost, uid: str, count: int) -> list[str | None] | None:
    """The texts of a session's inbox, once there are so many different ones."""
    page = await gateway.stores.inbox.newest(uid, limit=100)
    texts = [message.content.get("message") for message in page.messages if not message.from_me]
    return texts if len(set(texts)) >= count else None


async def test_a_second_host_on_the_folder_is_refused(gateway: GatewayHost) -> None:
    """Two hosts on one data folder would connect every session twice: the second says who is there and ends."""
    await eventually(lambda: _exists(gateway.folder / "journal" / "0.lock"))
    second = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "session_host"],
        check=False,
        cwd=ROOT,
        env={**os.environ, **gateway.environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert second.returncode == 1
    assert f"(process {gateway.process.pid})" in second.stderr
    assert "WAGATE_DATA_DIR" in second.stderr


async def test_nothing_outlives_a_killed_supervisor(whatsapp: Any, gateway: GatewayHost) -> None:
    """Kill -9 of the supervisor: its shard disconnects from WhatsApp and ends."""
    await gateway.pair(whatsapp)
    pid = gateway.shard_pid()
    gateway.process.kill()
    gateway.process.wait()
    await eventually(lambda: _is_gone(pid))


async def _in_state(gateway: GatewayHost, message_id: str, states: set[str]) -> Any:
    row = await gateway.stores.messages.get(message_id)
    return row if row and row.state in states else None


async def _some_frames(whatsapp: Any, number: str, count: int) -> bool:
    return len(await whatsapp.frames(number)) >= count


async def _exists(path: Path) -> bool:
    return await asyncio.to_thread(lambda: path.exists() and bool(path.read_text()))


async def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
