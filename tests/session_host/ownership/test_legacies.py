"""What dead shards left: real rows, NATS and journals; what is dead is only their leases."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from session_host.disk.data_folder import DataFolder, FolderInUse, locked
from session_host.inbound.journal import Journal
from session_host.outbound.offers import Offers
from session_host.ownership import legacies
from session_host.ownership.adopting import Adopting
from session_host.ownership.journals import Journals
from session_host.ownership.legacies import Legacies
from session_host.ownership.slot import slot_of_its_own
from session_host.ownership.sources import Stored
from shared.contracts.events import EVENT, MessageReceived
from shared.contracts.shown import Shown
from shared.ids import now_ms
from shared.leases.model import Lease
from shared.sessions.model import Session
from tests.emulators.nats_process import NatsServer
from tests.session_host.own_shard import OwnShard, own_shard

_HOST, _OWNER = "host_dead", "host_dead-2"


@dataclass
class Dead:
    """A shard that is gone: its lease, its folder, a session that its row still names, and who looks after it."""

    shard: OwnShard
    folder: DataFolder
    session: Session
    lease: Lease

    def looker(self) -> Legacies:
        """Another shard's eyes, for whom every look comes a minute after the one before."""
        minutes = count(step=60.0)
        own = self.shard
        journals = Journals(
            "NORMAL",
            Stored(own.stores.messages, own.stores.inbox, Offers()),
            own.stores.sessions,
            own.stores.receipts,
            own.stores.outcomes,
            own.stores.chats,
            own.log,
            own.shared.timers,
            own.shared.chosen,
            {},
            held=dict,
            key_of=lambda _uid: None,
        )
        return Legacies(own.stores.leases, own.stores.sessions, Adopting(journals.open), lambda: next(minutes))

    def says(self, *ats: int) -> None:
        """Write messages into its journal, as it did while it lived."""
        journal = Journal(self.folder.journal(2), synchronous="NORMAL")
        for at in ats:
            journal.append(self.session.uid, message(at))
        journal.close()

    async def leases(self) -> dict[str, Lease]:
        return {lease.owner: lease for lease in await self.shard.stores.leases.all()}

    async def look_until_it_is_gone(self, looker: Legacies) -> None:
        async with asyncio.timeout(20):
            while _OWNER in await self.leases():
                await looker.look(list((await self.leases()).values()))
                await asyncio.sleep(0.02)

    async def look_until_all_is_applied(self, looker: Legacies) -> None:
        async with asyncio.timeout(20):
            await looker.look([self.lease])
            while self._waiting():
                await looker.look([self.lease])

    def _waiting(self) -> int:
        """How much of its journal is not applied, as whoever has it open says."""
        with closing(sqlite3.connect(self.folder.journal(2))) as rows:
            return int(rows.execute("SELECT count(*) FROM entry WHERE applied = 0").fetchone()[0])

    async def look_until_it_is_left(self, looker: Legacies) -> None:
        async with asyncio.timeout(20):
            while not looker.left:
                await looker.look(list((await self.leases()).values()))
                await asyncio.sleep(0.02)

    async def taken(self) -> None:
        """Have another shard take its session."""
        row = await self.shard.stores.sessions.get(self.session.uid)
        assert row
        assert await self.shard.stores.sessions.take_over(row, "host-0")

    async def published(self) -> list[int]:
        """When the messages in the log were written, in its order."""
        return [EVENT.validate_json(event.event).at for event in await self.shard.log.read(after=0, limit=1000)]


def message(at: int) -> MessageReceived:
    return MessageReceived(
        at=at, id=f"A{at}", chat="1@s.whatsapp.net", from_number="1", from_lid=None, from_me=False,
        timestamp=1, type="text", content=Shown(message="hello"),
    )  # fmt: skip


@pytest.fixture
async def dead(own_nats: NatsServer, tmp_path: Path) -> AsyncIterator[Dead]:
    (tmp_path / "living").mkdir()
    async with own_shard(own_nats.url, tmp_path / "living") as shard:
        folder = DataFolder(tmp_path / "dead")
        folder.prepare()
        (folder.path / "host-id").write_text(_HOST)
        session, _ = await shard.stores.sessions.get_or_create("key_a", "sales", now=now_ms())
        assert await shard.stores.sessions.claim(session.uid, _OWNER)
        lease = await shard.stores.leases.begin(_OWNER, _HOST, room=1, folder=str(folder.path))
        renewed = await shard.stores.leases.renew(lease, held=1, room=0, waiting=3)
        assert renewed
        assert await shard.stores.leases.declare_dead(renewed)
        yield Dead(shard, folder, session, replace(renewed, dead=True))


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions wait as long as their journal takes here: a second is short on a busy machine."""
    monkeypatch.setattr(legacies, "_BEFORE_ITS_SESSIONS", 60.0)


@pytest.mark.usefixtures("patience")
async def test_a_journal_is_emptied_before_its_sessions_are_taken(dead: Dead) -> None:
    """Its messages are in the log and in the inbox when the row is given out; then file and lease go."""
    dead.says(1, 2, 3)
    looker = dead.looker()
    rows = await looker.look([dead.lease])
    assert [row.uid for row in rows] == [dead.session.uid]
    assert await dead.published() == [1, 2, 3]
    page = await dead.shard.stores.inbox.newest(dead.session.uid, limit=10)
    assert len(page.messages) == 3
    assert _OWNER in await dead.leases()
    await dead.taken()
    await dead.look_until_it_is_gone(looker)
    assert not dead.folder.journal(2).exists()


@pytest.mark.usefixtures("patience")
async def test_of_many_that_adopt_a_journal_one_does(dead: Dead) -> None:
    """All look at once: each event is in the log once, in order, and every one of them gives the session out."""
    dead.says(*range(1, 301))
    found = await asyncio.gather(*(dead.looker().look([dead.lease]) for _ in range(4)))
    assert [len(rows) for rows in found] == [1, 1, 1, 1]
    assert await dead.published() == list(range(1, 301))


async def test_a_shard_that_has_not_ended_keeps_its_journal(dead: Dead) -> None:
    """One that is frozen has the lock of its slot: nothing is read beside it, its session is taken all the same."""
    dead.says(1)
    looker = dead.looker()
    with locked(dead.folder.slot_lock(2), "the frozen shard"):
        assert await looker.look([dead.lease])
        await dead.taken()
        assert await looker.look([dead.lease]) == []
        assert await dead.published() == []
        assert _OWNER in await dead.leases()
    await dead.look_until_it_is_gone(looker)
    assert await dead.published() == [1]


async def test_a_shard_that_is_back_gets_its_journal_at_once(dead: Dead, own_nats: NatsServer) -> None:
    """Although it is being emptied and cannot be, NATS being away; afterwards each event is in the log once."""
    dead.says(1, 2, 3)
    own_nats.kill()
    looker = dead.looker()
    await dead.look_until_all_is_applied(looker)
    with pytest.raises(FolderInUse, match="runs already"), locked(dead.folder.slot_lock(2), "A test"):
        pass
    async with asyncio.timeout(20), slot_of_its_own(dead.folder, 2):
        journal = Journal(dead.folder.journal(2), synchronous="NORMAL")
        assert journal.waiting("published") == 3
        assert journal.waiting("applied") == 0
        journal.close()
        assert not dead.folder.slot_wanted(2).exists()
    own_nats.restart()
    await dead.taken()
    await dead.look_until_it_is_gone(looker)
    assert await dead.published() == [1, 2, 3]


async def test_a_journal_whose_disk_is_elsewhere_is_said(dead: Dead) -> None:
    """Nothing is emptied: not even where another host's folder has the same path. It is looked for again, and found."""
    dead.says(1)
    await dead.taken()
    (dead.folder.path / "host-id").write_text("host_other")
    looker = dead.looker()
    await dead.look_until_it_is_left(looker)
    (left,) = looker.left
    assert (left.host, left.waiting) == (_HOST, 3)
    assert left.left_at > 0
    assert await dead.published() == []
    (dead.folder.path / "host-id").write_text(_HOST)
    await dead.look_until_it_is_gone(looker)
    assert await dead.published() == [1]


async def test_sessions_do_not_wait_for_a_disk_that_is_away(dead: Dead) -> None:
    """They are given out by the first look, and later ones as well: a row may come to name the shard after it died."""
    with ExitStack() as stack:
        moved = dead.folder.path.rename(dead.folder.path.with_name("elsewhere"))
        stack.callback(partial(moved.rename, dead.folder.path))
        looker = dead.looker()
        assert [row.uid for row in await looker.look([dead.lease])] == [dead.session.uid]
        assert [row.uid for row in await looker.look([dead.lease])] == [dead.session.uid]
