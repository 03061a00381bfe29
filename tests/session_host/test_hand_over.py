"""A session that is given up: real rows, NATS and auth folder, and a WhatsApp whose answers the test decides."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from session_host.commands.serving import command_handler
from session_host.outbound.outbox import Outbox
from session_host.ownership.holding import Holding, StillConnected
from session_host.session.live_session import LiveSession
from shared.adapters.nats.bus import NatsBus
from shared.adapters.stores import Stores
from shared.bus import Handler, NoResponder
from shared.contracts.answers import NotBegun, decode
from shared.contracts.commands.messages import Send, SendReply
from shared.contracts.commands.pairing import Login, LoginReply
from shared.contracts.content.text import Text
from shared.contracts.requests import AnyCommand, Request
from shared.contracts.subjects import session_commands
from shared.deadline import Deadline
from shared.errors import NoHost, SendUnknown
from shared.ids import new_message_id, now_ms
from shared.messages.model import MessageState
from tests.session_host.gateway_host import eventually
from tests.session_host.outbound.scripted import ScriptedSession
from tests.session_host.own_shard import OWNER, own_shard, unexpected


class Session(ScriptedSession):
    """What `Holding` asks of a session beside sending."""

    def __init__(self) -> None:
        super().__init__()
        self.closes = asyncio.Event()
        self.closes.set()

    async def resume(self, **_: object) -> None:
        """It is connected already."""

    async def wait_for(self, *_: object) -> bool:
        await asyncio.Event().wait()
        return False

    async def begin_login(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        await self.closes.wait()


def asked(command: AnyCommand) -> bytes:
    return Request(request_id="req_1", deadline=now_ms() + 60_000, command=command).model_dump_json().encode()


class Place:
    """A session that is held, and whoever asks it something."""

    def __init__(self, stores: Stores, bus: NatsBus, holding: Holding, session: Session, handler: Handler) -> None:
        self.stores = stores
        self.bus = bus
        self.holding = holding
        self.session = session
        self.handler = handler

    async def ask(self, command: AnyCommand) -> bytes:
        return await self.bus.request(session_commands(self.holding.uid), asked(command), timeout=60)

    def message(self) -> Send:
        now = now_ms()
        return Send(
            message_id=new_message_id(), key_id="key_one", to="628111111111@s.whatsapp.net", content=Text(text="x"),
            created_at=now, expires_at=now + 60_000,
        )  # fmt: skip

    async def sending(self) -> tuple[Send, asyncio.Task[bytes]]:
        """A message that WhatsApp has and does not acknowledge, and who waits for it."""
        self.session.gate = threading.Event()
        command = self.message()
        asking = asyncio.create_task(self.ask(command))

        async def handed_over() -> bool:
            return bool(self.session.sent)

        await eventually(handed_over)
        return command, asking


class Owner:
    """Lets every login begin; nothing else is asked of it."""

    reconsider = move = staticmethod(unexpected)

    def admit_login(self, holding: Holding) -> None:
        """It may."""


@pytest.fixture
async def place(nats_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    async with own_shard(nats_url, tmp_path) as own:
        session = Session()
        row, _ = await own.stores.sessions.get_or_create("key", "sales", now=now_ms())
        claimed = await own.stores.sessions.claim(row.uid, OWNER)
        assert claimed is not None
        shared = replace(own.shared, make_session=lambda _uid, _on_report, _first: cast("LiveSession", session))
        holding = Holding(claimed, shared)
        await holding.prepare()
        handler = command_handler(holding, own.auth, Owner(), now_ms)
        await holding.begin(handler)
        yield Place(own.stores, own.bus, holding, session, handler)
        if session.gate is not None:
            session.gate.set()


def _outboxes(place: Place) -> dict[str, Outbox]:
    return place.holding._shared.outboxes


async def test_a_send_that_is_not_acknowledged_does_not_hold_up_the_end(place: Place) -> None:
    """The time for sends holds: its asker is told `unknown`, the row is released, nobody is listened to any more."""
    command, asking = await place.sending()
    deadline = Deadline.after(30)
    ending = asyncio.create_task(place.holding.hand_over(Deadline.after(0.5), deadline))
    with pytest.raises(SendUnknown):
        decode(await asking, SendReply)
    await ending
    assert deadline.left > 0
    row = await place.stores.sessions.get(place.holding.uid)
    assert row is not None
    assert row.owner is None
    message = await place.stores.messages.get(command.message_id)
    assert message is not None
    assert message.state is MessageState.UNKNOWN
    with pytest.raises(NoResponder):
        await place.ask(place.message())


async def test_receipts_know_of_a_send_until_it_has_ended(place: Place) -> None:
    """Also while its session is being given up: its row gets WhatsApp's id at the very end."""
    command, asking = await place.sending()
    uid = place.holding.uid
    ending = asyncio.create_task(place.holding.hand_over(Deadline.after(30), Deadline.after(60)))

    async def refused() -> bool:
        try:
            await place.bus.request(session_commands(uid), b"", timeout=30)
        except NoResponder:
            return True
        return False

    await eventually(refused)
    assert _outboxes(place)[uid].sends == (1, 0, place.holding.epoch)
    assert place.session.gate is not None
    place.session.gate.set()
    assert decode(await asking, SendReply).wa_id == f"WA-{command.message_id}"
    await ending
    assert _outboxes(place) == {}


async def test_a_command_that_waits_is_answered_at_the_end(place: Place) -> None:
    """Somebody waits for a code to scan: told at once to ask again, where the session is by then."""
    asking = asyncio.create_task(place.ask(Login()))

    async def being_handled() -> bool:
        subscription = cast("Any", place.holding._subscription)
        return bool(subscription._serving._tasks)

    await eventually(being_handled)
    await place.holding.hand_over(Deadline.after(1), Deadline.after(20))
    with pytest.raises(NoHost) as told:
        decode(await asking, LoginReply)
    assert told.value.retry_after


async def test_what_arrives_while_a_session_is_given_up_is_not_begun(place: Place) -> None:
    """Its next owner may be asked at once; a message that is under way is told of all the same."""
    command, asking = await place.sending()
    ending = asyncio.create_task(place.holding.hand_over(Deadline.after(30), Deadline.after(60)))

    async def leaves() -> bool:
        return place.holding.leaves

    await eventually(leaves)
    with pytest.raises(NotBegun):
        decode(await place.handler(asked(Login())), LoginReply)
    assert decode(await place.handler(asked(place.message())), SendReply).state == "accepted"
    again = asyncio.create_task(place.handler(asked(command)))
    assert place.session.gate is not None
    place.session.gate.set()
    assert {decode(each, SendReply).wa_id for each in await asyncio.gather(asking, again)} == {
        f"WA-{command.message_id}"
    }
    await ending


async def test_a_session_that_does_not_close_is_not_given_to_others(place: Place) -> None:
    """Its connection may be alive: its row stays this shard's, and says so to whoever ends the lease."""
    place.session.closes.clear()
    with pytest.raises(StillConnected):
        await place.holding.hand_over(Deadline.after(0), Deadline.after(0.5))
    row = await place.stores.sessions.get(place.holding.uid)
    assert row is not None
    assert row.owner == OWNER
