"""What a shard does while a claim is under way: the store has taken it and the answer is not here yet."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from session_host.auth_sync.auth_folder import AuthFolder
from session_host.auth_sync.folder_lock import FolderLock
from session_host.metrics.readings import read
from session_host.ownership.holding import Holding
from session_host.whatsapp.leftovers import Leftovers
from shared.bus import Handler
from shared.contracts.subjects import SESSIONS_WANTED
from shared.deadline import Deadline
from shared.ids import now_ms
from shared.sessions.model import Held, Session
from tests.session_host.own_shard import OWNER, OwnShard, own_shard
from tests.shared.adapters.contracts.samples import a_message


class Shard:
    """A shard whose claims are answered when the test says so."""

    def __init__(self, own: OwnShard) -> None:
        self.stores = own.stores
        self.ownership = own.ownership
        self.journal = own.arrivals.journal
        self.log = own.log
        self.auth = own.auth
        self.claimed = asyncio.Event()
        self.answer = asyncio.Event()


@pytest.fixture
async def shard(nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shard]:
    async with own_shard(nats_url, tmp_path) as own:
        made = Shard(own)
        claim = own.stores.sessions.claim

        async def slow_claim(uid: str, owner: str) -> Session | None:
            found = await claim(uid, owner)
            made.claimed.set()
            await made.answer.wait()
            return found

        monkeypatch.setattr(own.stores.sessions, "claim", slow_claim)
        yield made


async def test_looks_do_not_wait_for_claims(shard: Shard) -> None:
    """A store that answers one claim late does not keep a shard from seeing that others died."""
    session, _ = await shard.stores.sessions.get_or_create("key", "slow", now=now_ms())
    await shard.stores.leases.begin("other-0", "other", room=1)
    async with asyncio.timeout(20):
        await shard.ownership.look()
        await shard.claimed.wait()
        await shard.ownership.look()
    assert session.uid not in shard.ownership.held
    shard.answer.set()
    async with asyncio.timeout(20):
        await shard.ownership.giving_up.stop(Deadline.after(0), Deadline.after(20))


async def test_a_claim_under_way_is_given_up_when_the_shard_stops(shard: Shard) -> None:
    """No row names a shard that has no lease any more: nobody would take it."""
    session, _ = await shard.stores.sessions.get_or_create("key", "late", now=now_ms())
    async with asyncio.timeout(20):
        await shard.ownership.look()
        await shard.claimed.wait()
        stopping = asyncio.create_task(shard.ownership.giving_up.stop(Deadline.after(0), Deadline.after(20)))
        while shard.ownership.beat.room:
            await asyncio.sleep(0)
        shard.answer.set()
        await stopping
    row = await shard.stores.sessions.get(session.uid)
    assert row is not None
    assert (row.owner, row.epoch) == (None, 1)
    assert await shard.stores.leases.all() == []


async def test_what_is_taken_back_begins_when_it_is_prepared(
    shard: Shard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And not when all are, which is when the journal may be applied: one folder that is not free yet holds up none."""
    begun = asyncio.Event()
    began: list[str] = []

    async def note(holding: Holding, _handler: Handler) -> None:
        began.append(holding.uid)
        begun.set()

    monkeypatch.setattr(Holding, "begin", note)
    shard.answer.set()
    sessions = shard.stores.sessions
    held, free = [(await sessions.get_or_create("key", name, now=now_ms()))[0].uid for name in ("held", "free")]
    for uid in (held, free):
        await sessions.claim(uid, OWNER)
    folder = await FolderLock.take(AuthFolder(tmp_path / "auth", held).lock)
    async with asyncio.timeout(20):
        taking = asyncio.create_task(shard.ownership.claiming.take_back())
        await begun.wait()
        assert (began, taking.done()) == ([free], False)
        folder.free()
        await taking
        while len(began) < 2:  # its task has been made
            await asyncio.sleep(0)
        assert began == [free, held]
        await shard.ownership.giving_up.stop(Deadline.after(0), Deadline.after(20))


async def test_a_comparison_leaves_alone_what_was_claimed_while_it_read(
    shard: Shard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The rows it read are older than the claim."""
    held_by = shard.stores.sessions.held_by
    read, go_on = asyncio.Event(), asyncio.Event()

    async def slow_held_by(owner: str) -> list[Held]:
        found = await held_by(owner)
        read.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(shard.stores.sessions, "held_by", slow_held_by)
    session, _ = await shard.stores.sessions.get_or_create("key", "new", now=now_ms())
    shard.answer.set()
    folder = await FolderLock.take(AuthFolder(tmp_path / "auth", session.uid).lock)  # it stays claimed and not begun
    async with asyncio.timeout(20):
        comparing = asyncio.create_task(shard.ownership.compare())
        await read.wait()
        await shard.ownership.look()
        while session.uid not in shard.ownership.held:
            await asyncio.sleep(0)
        go_on.set()
        await comparing
        assert shard.ownership.held[session.uid].epoch == 1
        stopping = asyncio.create_task(shard.ownership.giving_up.stop(Deadline.after(0), Deadline.after(20)))
        folder.free()
        await stopping
    row = await shard.stores.sessions.get(session.uid)
    assert row is not None
    assert (row.owner, row.epoch) == (None, 1)


async def test_a_shard_that_a_draining_host_adds_takes_nothing(shard: Shard) -> None:
    """The host was asked before this shard had a lease."""
    await shard.stores.leases.begin("host-1", "host", room=5)
    await shard.stores.leases.set_draining("host", draining=True)
    session, _ = await shard.stores.sessions.get_or_create("key", "waits", now=now_ms())
    async with asyncio.timeout(20):
        await shard.ownership.look()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(shard.claimed.wait(), 0.3)
        await shard.ownership.giving_up.stop(Deadline.after(0), Deadline.after(20))
    row = await shard.stores.sessions.get(session.uid)
    assert row is not None
    assert (row.owner, row.epoch) == (None, 0)


async def test_the_doorbell_costs_little_however_often_it_rings(shard: Shard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hundred rings within a second: some ten looks at the store, a comparison or two."""
    asked: Counter[str] = Counter()
    sessions = shard.stores.sessions
    unowned, held_by = sessions.unowned, sessions.held_by

    async def counted_unowned(limit: int) -> list[Session]:
        asked["unowned"] += 1
        return await unowned(limit)

    async def counted_held_by(owner: str) -> list[Held]:
        asked["held_by"] += 1
        return await held_by(owner)

    monkeypatch.setattr(sessions, "unowned", counted_unowned)
    monkeypatch.setattr(sessions, "held_by", counted_held_by)
    running = asyncio.create_task(shard.ownership.run())
    bus = shard.ownership._shared.bus
    clock = asyncio.get_running_loop().time
    begun, rings = clock(), 0
    async with asyncio.timeout(60):
        while (took := clock() - begun) < 1.2 or rings < 300 or not asked["held_by"]:
            await bus.ring(SESSIONS_WANTED)
            rings += 1
            await asyncio.sleep(0.003)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert 1 <= asked["unowned"] <= took / 0.1 + 2
    assert 1 <= asked["held_by"] <= took + 2


async def test_a_comparison_finds_a_message_that_nobody_asked_for(
    shard: Shard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its request was lost. Sessions without one are not looked through: with a hundred that is a hundred questions."""

    async def not_begun(_: Holding, _handler: Handler) -> None:
        """It would look by itself once it has begun."""

    monkeypatch.setattr(Holding, "begin", not_begun)
    shard.answer.set()
    uids = [(await shard.stores.sessions.get_or_create("key", name, now=now_ms()))[0].uid for name in ("one", "two")]
    async with asyncio.timeout(20):
        await shard.ownership.look()
        while shard.ownership.held.keys() != set(uids):
            await asyncio.sleep(0.005)
        await shard.stores.messages.accept(a_message(uids[1]))
        looked: list[str] = []
        for uid, holding in shard.ownership.held.items():
            monkeypatch.setattr(holding.outbox, "look", partial(looked.append, uid))
        await shard.ownership.compare()
        assert looked == [uids[1]]
        await shard.ownership.giving_up.stop(Deadline.after(0), Deadline.after(20))


async def test_metrics_wait_for_the_journal_and_the_shard_does_not(shard: Shard) -> None:
    """While its file is read for something else the event loop goes on: leases are renewed."""
    shard.journal._read_lock.acquire()
    reading = asyncio.create_task(read(shard.ownership, shard.journal, shard.log, shard.auth, Leftovers()))
    async with asyncio.timeout(20):
        await shard.ownership.lease.renew_now()
        shard.ownership.lease.switch.off()
        assert not reading.done()
        shard.journal._read_lock.release()
        assert (await reading).waiting == {"inbox": 0, "events": 0}
        await shard.ownership.giving_up.stop(Deadline.after(0), Deadline.after(20))
