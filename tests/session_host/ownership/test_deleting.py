"""A session is deleted whatever fails on the way, and nothing of it is left anywhere."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from session_host.whatsapp.clients import NeonizeClients
from shared.blobs.keys import auth_prefix
from shared.contracts.events import MessageReceived
from shared.deadline import Deadline
from shared.errors import BusUnavailable, StoreUnavailable
from shared.ids import new_message_id, now_ms
from shared.messages.model import OutboundMessage
from shared.sessions.model import Desired, Session
from tests.emulators.nats_process import NatsServer
from tests.session_host.gateway_host import eventually
from tests.session_host.own_shard import OwnShard, own_shard
from tests.shared.adapters.contracts.samples import DAY, a_file


@pytest.fixture
async def shard(own_nats: NatsServer, tmp_path: Path) -> AsyncIterator[OwnShard]:
    """One with the real library; no session of these tests is paired, so it never connects."""
    async with own_shard(own_nats.url, tmp_path, NeonizeClients(max_sessions=4)) as running:
        yield running


class Failing:
    """Stores of which one call fails, the nth that is counted."""

    def __init__(self, shard: OwnShard, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.failing: int | None = None
        stores = shard.stores
        for port in (stores.sessions, stores.messages, stores.inbox, stores.file_rows, stores.blobs, shard.log):
            for name, method in inspect.getmembers(port, inspect.iscoroutinefunction):
                if not name.startswith("_"):
                    monkeypatch.setattr(port, name, self._unreliable(f"{type(port).__name__}.{name}", method))
        self._log = type(shard.log).__name__

    def _unreliable(self, name: str, method: Any) -> Any:
        async def call(*given: Any, **named: Any) -> Any:
            self.calls.append(name)
            if self.failing == len(self.calls):
                raise BusUnavailable if name.startswith(self._log) else StoreUnavailable
            return await method(*given, **named)

        return call

    def fail(self, number: int | None) -> None:
        self.calls, self.failing = [], number


async def test_a_delete_goes_on_after_a_failure_of_any_step(
    shard: OwnShard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A store (or the log of events) that fails at the first, the second, … call: a later comparison finishes it."""
    failing, number, names = Failing(shard, monkeypatch), 0, list[str]()
    while number == len(names):
        number += 1
        failing.fail(None)
        session, message = await _filled(shard, f"s{number}")
        await shard.stores.sessions.set_desired(session.uid, Desired.DELETED)
        failing.fail(number)
        await _compare_until_gone(shard, session.uid)
        if len(failing.calls) >= number:
            names.append(failing.calls[number - 1])
        failing.fail(None)
        await _nothing_left(shard, session, message, tmp_path)
    steps = {name.partition(".")[2] for name in names}
    assert steps >= {"held_by", "delete_of", "clear", "expire_of", "remove", "delete", "forget"}
    assert number > 7
    async with asyncio.timeout(20):
        await shard.ownership.giving_up.stop(Deadline.after(1), Deadline.after(20))


async def test_late_events_of_a_deleted_session_go_nowhere(shard: OwnShard) -> None:
    """What the library still says, or another shard's journal still has, is neither applied nor published."""
    session, _ = await _filled(shard, "late")
    other, _ = await _filled(shard, "other")
    await shard.stores.sessions.set_desired(session.uid, Desired.DELETED)
    await _compare_until_gone(shard, session.uid)
    for uid in (session.uid, other.uid):
        shard.arrivals.journal.append(uid, _said("afterwards"))
    await shard.arrivals.inbound.apply()
    await shard.arrivals.publishing.publish()
    assert [message.id for message in (await shard.stores.inbox.newest(session.uid, limit=9)).messages] == []
    assert [message.id for message in (await shard.stores.inbox.newest(other.uid, limit=9)).messages] == [
        "afterwards",
        "secret of other",
    ]
    assert session.uid not in {event.session_uid for event in await shard.log.read(after=0, limit=1000)}
    assert shard.arrivals.journal.waiting("applied") == 0
    assert shard.arrivals.journal.waiting("published") == 0


async def _filled(shard: OwnShard, name: str) -> tuple[Session, str]:
    """A held session with something in every place, and its message's id."""
    stores = shard.stores
    made, _ = await stores.sessions.get_or_create("key", name, now=now_ms())
    await stores.sessions.set_desired(made.uid, Desired.STOPPED)
    session = await stores.sessions.claim(made.uid, "host-0")
    assert session is not None
    await shard.ownership.compare()
    await eventually(lambda: _begun(shard, made.uid))
    message = OutboundMessage(
        id=new_message_id(), key_id="key", session_uid=made.uid, to="1@s.whatsapp.net",
        content={"type": "text", "text": f"secret of {name}"}, created_at=now_ms(), expires_at=now_ms() + 60_000,
    )  # fmt: skip
    await stores.messages.accept(message)
    await stores.file_rows.add(a_file(key_id="key", session_uid=made.uid, file_name=name))
    for _ in range(2):  # the second one waits in the journal
        shard.arrivals.journal.append(made.uid, _said(f"secret of {name}"))
        if not (await stores.inbox.newest(made.uid, limit=1)).messages:
            await shard.arrivals.inbound.apply()
            await shard.arrivals.publishing.publish()
    assert made.uid in {event.session_uid for event in await shard.log.read(after=0, limit=1000)}
    assert await stores.blobs.list(auth_prefix(made.uid))
    return session, message.id


def _said(text: str) -> MessageReceived:
    return MessageReceived(
        at=now_ms(), id=text, chat="1@s.whatsapp.net", from_number="1", from_lid=None, from_me=False, timestamp=1,
        type="text", text=text,
    )  # fmt: skip


async def _begun(shard: OwnShard, uid: str) -> bool:
    holding, folder = shard.ownership.held.get(uid), shard.auth._held.get(uid)
    return holding is not None and not holding.changing and folder is not None and folder.watching


async def _compare_until_gone(shard: OwnShard, uid: str) -> None:
    """As `Ownership.run` does every ten seconds; what one comparison begins has ended before the next."""
    async with asyncio.timeout(20):
        while uid in shard.ownership.held:
            with suppress(StoreUnavailable):
                await shard.ownership.compare()
            await eventually(lambda: _idle(shard))


async def _idle(shard: OwnShard) -> bool:
    return not shard.ownership.roster.tasks


async def _nothing_left(shard: OwnShard, session: Session, message: str, folder: Path) -> None:
    stores, uid = shard.stores, session.uid
    assert await stores.messages.get(message) is None
    assert (await stores.inbox.newest(uid, limit=9)).messages == ()
    assert await stores.blobs.list(auth_prefix(uid)) == []
    its_files = [row for row in await stores.file_rows.expired(now_ms() + 2 * DAY, 99) if row.session_uid == uid]
    assert [row.expires_at <= now_ms() for row in its_files] == [True]
    assert [path.name for path in (folder / "auth").iterdir() if path.name.startswith(uid)] == []
    assert uid not in {event.session_uid for event in await shard.log.read(after=0, limit=10_000)}
    journal = shard.arrivals.journal
    assert uid not in {entry.session_uid for entry in journal.read("applied", after=0, limit=10_000)}
    assert uid not in {entry.session_uid for entry in journal.read("published", after=0, limit=10_000)}
    assert await stores.sessions.named("key", session.name) is None
    again, created = await stores.sessions.get_or_create("key", session.name, now=now_ms())
    assert created
    assert again.uid != uid
    await stores.sessions.remove(again.uid)
