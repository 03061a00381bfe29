"""A recipient's device that could not decrypt a message asks for it again after the sender's client was made anew."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from session_host.inbound.resends import Asked, Resends
from session_host.whatsapp.client import NotSent
from shared.adapters.stores import Stores, open_stores
from shared.contracts.events import ResendAsked
from shared.jids import Jid
from shared.messages.model import MessageState, OutboundMessage
from shared.settings import StoreSettings
from tests.contents import in_turns
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host
from tests.session_host.person import person_with_one_device
from tests.shared.adapters.contracts.samples import a_message

SENT, UNKNOWN, QUEUED = MessageState.SENT, MessageState.UNKNOWN, MessageState.QUEUED


@dataclass
class Answering:
    """Requests that are answered for a person with some devices."""

    stores: Stores
    devices: int | None = 1
    """None: WhatsApp cannot be asked."""
    now: int = 1_000
    looked: list[str] = field(default_factory=list)
    done: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.resends = Resends(self.stores.messages, self._devices_of, self.looked.append, lambda: self.now)
        self.resends.on_done = self.done.append

    async def _devices_of(self, uid: str, jid: Jid) -> int:
        assert (uid, jid) == ("ses_1", Jid.parse("628123456789@s.whatsapp.net"))
        if self.devices is None:
            raise NotSent("The connection is down.")
        return self.devices

    async def sent(self, wa_id: str = "WA1") -> str:
        message = a_message()
        await self.stores.messages.accept(message)
        assert await self.stores.messages.advance(message.id, MessageState.SENDING, now=1, epoch=1)
        assert await self.stores.messages.advance(message.id, SENT, now=2, wa_id=wa_id)
        return message.id

    def ask(self, wa_id: str = "WA1", seq: int = 7) -> None:
        event = ResendAsked(at=1_000, id=wa_id, chat="628123456789@s.whatsapp.net")
        self.resends.ask(Asked(seq, "ses_1", event))

    async def until_done(self, *seqs: int) -> None:
        running = asyncio.create_task(self.resends.run())
        try:
            async with asyncio.timeout(20):
                while self.done != list(seqs):
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()

    async def row(self, message_id: str) -> OutboundMessage:
        row = await self.stores.messages.get(message_id)
        assert row is not None
        return row


@pytest.fixture
async def answering(tmp_path: Path) -> AsyncIterator[Answering]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        yield Answering(stores)


async def test_the_message_of_a_person_with_one_device_is_queued_once(answering: Answering) -> None:
    """However often the device asks; the session looks for it at once, and it may wait a day."""
    message = await answering.sent()
    answering.ask(seq=7)
    answering.ask(seq=8)
    await answering.until_done(7, 8)
    row = await answering.row(message)
    assert (row.state, row.queue, row.expires_at) == (QUEUED, True, 1_000 + 24 * 3_600_000)
    assert answering.looked == ["ses_1"]


@pytest.mark.parametrize("devices", [0, 2, 3])
async def test_nothing_is_sent_twice_to_a_device_that_may_have_it(answering: Answering, devices: int) -> None:
    """The row says that a device cannot read it, and why it is not sent again."""
    message = await answering.sent()
    answering.devices = devices
    answering.ask()
    await answering.until_done(7)
    row = await answering.row(message)
    assert row.failure is not None
    assert (row.state, row.failure.code) == (UNKNOWN, "NOT_DECRYPTED")
    assert answering.looked == []
    assert await answering.stores.messages.settle("ses_1", "WA1", MessageState.DELIVERED, now=9)


async def test_what_was_read_or_is_not_known_is_left_alone(answering: Answering) -> None:
    """A person who has read it lacks it on one device only; a message of the phone's own has no row."""
    message = await answering.sent()
    await answering.stores.messages.settle("ses_1", "WA1", MessageState.READ, now=3)
    answering.ask(seq=7)
    answering.ask("WA2", seq=8)
    await answering.until_done(7, 8)
    assert (await answering.row(message)).state is MessageState.READ
    assert answering.looked == []


async def test_a_request_waits_for_the_connection_and_not_for_ever(answering: Answering) -> None:
    """It stays in the journal until WhatsApp can be asked; after ten minutes the row tells of it."""
    message = await answering.sent()
    answering.devices = None
    answering.ask()
    running = asyncio.create_task(answering.resends.run())
    await asyncio.wait({running}, timeout=0.3)
    assert answering.done == []
    assert (await answering.row(message)).state is SENT
    answering.now += 10 * 60_000
    async with asyncio.timeout(20):
        while not answering.done:
            await asyncio.sleep(0.01)
    running.cancel()
    assert (await answering.row(message)).state is UNKNOWN


async def test_requests_of_a_deleted_session_are_dropped(answering: Answering) -> None:
    """Nothing of it is looked up any more."""
    await answering.sent()
    answering.ask()
    answering.resends.forget("ses_1")
    other = await answering.sent("WA2")
    await answering.stores.messages.settle("ses_1", "WA2", MessageState.READ, now=3)
    answering.ask("WA2", seq=9)
    await answering.until_done(9)
    assert (await answering.row(other)).state is MessageState.READ


async def restart(host: GatewayHost) -> None:
    assert host.stop() == 0
    host.start()


async def kill(host: GatewayHost) -> None:
    await host.kill_shard()


@pytest.mark.timeout(400)
@pytest.mark.parametrize("make_anew", [restart, kill])
@pytest.mark.covers("event resend_asked", client="neonize")
async def test_what_is_asked_for_again_after_a_restart_arrives_once(
    nats_url: str, whatsapp: Any, tmp_path: Path, make_anew: Callable[[GatewayHost], Any]
) -> None:
    """Four messages that the recipient's device cannot decrypt when it comes back: 4 of 4 arrive, none twice."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with (
        person_with_one_device(whatsapp, tmp_path) as person,
        gateway_host(nats_url, tmp_path, environment) as host,
    ):
        session, _ = await host.pair(whatsapp)
        await host.send(session.uid, person.number, "known")
        await person.hear("Message", lambda heard: heard["text"] == "known")
        await person.kill()
        commands = [await host.accept(session.uid, person.number, said) for said in in_turns(4)]
        for command in commands:
            await host.ask(session.uid, command)
        before = await host.stores.sessions.get(session.uid)
        assert before is not None
        await make_anew(host)
        await host.status(session.uid, "connected", epoch=before.epoch + 1, within=90)
        await whatsapp.fault("corrupt", target=person.number, count=4)
        await person.restart()

        async def all_heard() -> bool:
            return len(person.heard("Message")) >= len(commands)

        await eventually(all_heard, 90)

        async def all_settled() -> bool:
            rows = [await host.stores.messages.get(command.message_id) for command in commands]
            known = [row for row in rows if row and row.state in {SENT, MessageState.DELIVERED}]
            return sorted(row.wa_id for row in known) == sorted(heard["id"] for heard in person.heard("Message"))

        await eventually(all_settled)
        assert len(person.heard("Message")) == len(commands)
