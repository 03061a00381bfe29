import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from session_host.history.importing import Importing, Limits
from session_host.history.spool import Spool
from session_host.history.storing import Storing
from session_host.history.telling import Telling
from session_host.inbound.entry import Entry
from session_host.inbound.journal import Journal
from session_host.outbound.offers import Offers
from session_host.ownership.sources import Stored, sources_of
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.past.piece import PieceAnnounced, PieceCame, Told
from shared.adapters.sqlite.search_index import is_current
from shared.adapters.stores import Stores, open_stores
from shared.contracts.history_events import HistoryProgressed
from shared.errors import StoreUnavailable
from shared.ids import now_ms
from shared.messages.received import InboundMessage
from shared.sessions.chosen import merged
from shared.sessions.history import HistoryProgress
from shared.settings import StoreSettings
from tests.session_host.whatsapp.past.pieces import LID, NUMBER, message, piece

CHAT = f"{NUMBER}@s.whatsapp.net"
ME = PieceCame(at=now_ms(), number="62800", lid="80000@lid")
AN_HOUR = 3_600_000


class Dies(Storing):
    """A store that goes away after so many parts."""

    left = 2

    async def put(self, uid: str, told: Told, people: Acquaintances) -> int:
        self.left -= 1
        if self.left < 0:
            raise StoreUnavailable
        return await super().put(uid, told, people)


@dataclass
class Setting:
    """A spool, stores and a journal on a disk, and one session."""

    stores: Stores
    folder: Path
    spool: Spool
    journal: Journal
    uid: str
    now: int = 0
    made: Importing | None = None

    def importing(self, kind: type[Storing] = Storing, **limits: Any) -> Importing:
        """A process that begins now."""
        stored = Stored(self.stores.messages, self.stores.inbox, Offers())
        storing = kind(self.stores.inbox, self.stores.chats, lambda uid: sources_of(uid, None, Path("none"), stored))
        telling = Telling(self.stores.sessions, self.journal.announce, self.clock)
        limits = {"messages": 1000, "rest": 0.0} | limits
        self.made = Importing(self.spool, self.stores.sessions, storing, telling, self.clock, Limits(**limits))
        self.telling = telling
        return self.made

    def clock(self) -> int:
        """Milliseconds since 1970."""
        return now_ms() + self.now

    def keep(self, content: bytes) -> None:
        """A piece comes."""
        self.spool.keep(self.uid, ME, content)

    def announce(self, name: str) -> None:
        """The phone has left one."""
        self.spool.announce(self.uid, PieceAnnounced(at=0, name=name))

    async def ids(self, chat: str = CHAT) -> list[str]:
        """The messages of a chat, newest first."""
        page = await self.stores.chats.messages(self.uid, chat, limit=100)
        return [entry.id for entry in page.entries]

    async def shown(self) -> HistoryProgress | None:
        """What the session's row says."""
        await self.telling.flush()
        row = await self.stores.sessions.get(self.uid)
        assert row is not None
        return HistoryProgress.of(row.history)

    def told(self) -> list[HistoryProgressed]:
        """The events."""
        entries: Sequence[Entry] = self.journal.read("published", after=0, limit=100)
        return [event for entry in entries if isinstance(event := entry.parse(), HistoryProgressed)]


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(StoreSettings(data_dir=tmp_path)))
        journal = stack.enter_context(closing(Journal(tmp_path / "journal.db", synchronous="NORMAL")))
        session, _ = await stores.sessions.get_or_create("key_1", "default", now=0)
        await stores.sessions.choose(session.uid, lambda before: merged(before, {"history": {"days": 30}}))
        folder = tmp_path / "history"
        yield Setting(stores, folder, Spool(folder), journal, session.uid)


async def all_of(importing: Importing) -> None:
    """Store all that waits."""
    while await importing.store_waiting():
        pass
    importing.close()


def chat(*ids: str, **fields: Any) -> dict[str, Any]:
    """A conversation with these messages, a second apart, the newest first as phones have them."""
    now = now_ms() // 1000 - 1000
    messages = [message(id_, at=now - place) for place, id_ in enumerate(ids)]
    return {"ID": LID, "pnJID": CHAT, "messages": messages} | fields


async def test_pieces_are_stored_and_removed(setting: Setting) -> None:
    """Messages are in their chat, in no inbox; the row and events say how far it is, and no piece is left."""
    setting.keep(piece(syncType="INITIAL_BOOTSTRAP", chunkOrder=1, progress=40, conversations=[chat("B", name="Ana")]))
    setting.keep(piece(chunkOrder=1, progress=100, conversations=[chat("B", "A")]))
    importing = setting.importing()
    await importing.store_waiting()
    assert await setting.shown() == HistoryProgress("coming", 40, 1, 0)
    await all_of(importing)
    assert await setting.shown() == HistoryProgress("done", 100, 3, 0)
    assert await setting.ids() == ["B", "A"]
    assert (await setting.stores.inbox.newest(setting.uid, limit=10)).messages == ()
    found = await setting.stores.chats.get(setting.uid, CHAT)
    assert found is not None
    assert (found.name, found.lid) == ("Ana", LID)
    assert [(event.state, event.progress, event.messages) for event in setting.told()] == [
        ("coming", 40, 1),
        ("done", 100, 3),
    ]
    assert not setting.spool.waits()


async def test_the_first_search_waits_for_nothing(setting: Setting, tmp_path: Path) -> None:
    """What was stored is in the index of words before it is said to be there."""
    setting.keep(piece(chunkOrder=1, progress=100, conversations=[chat(*(f"M{place}" for place in range(450)))]))
    await all_of(setting.importing())
    with closing(sqlite3.connect(tmp_path / "wagate.db")) as database:
        assert is_current(database, setting.uid)
        assert database.execute("SELECT count(*) FROM searched").fetchone() == (450,)


async def test_what_dies_in_the_middle_goes_on_there(setting: Setting) -> None:
    """A later process stores what is missing, counts each message once, and stores none twice."""
    ids = [f"A{count}" for count in range(10)]
    setting.keep(piece(progress=100, conversations=[chat(*ids)]))
    dying = setting.importing(Dies, at_once=3)
    with pytest.raises(StoreUnavailable):
        await dying.store_waiting()
    dying.close()
    stored = len(await setting.ids())
    assert 0 < stored < len(ids)
    setting.spool = Spool(setting.folder)
    await all_of(setting.importing(at_once=3))
    assert await setting.ids() == ids
    assert await setting.shown() == HistoryProgress("done", 100, 10, 0)


async def test_what_is_missing_is_said(setting: Setting) -> None:
    """A piece that was announced to an earlier process, and never came, is lost: the library had it in memory alone."""
    setting.announce("RECENT-1")
    setting.announce("RECENT-2")
    setting.keep(piece(chunkOrder=2, progress=100, conversations=[chat("A")]))
    setting.now = 1000
    await all_of(setting.importing())
    assert await setting.shown() == HistoryProgress("incomplete", 100, 1, 1)
    assert setting.spool.announced(setting.uid) == {}


async def test_a_piece_that_is_announced_is_waited_for(setting: Setting) -> None:
    """While it may come the past is not done; after a while it is lost."""
    importing = setting.importing()
    setting.announce("RECENT-1")
    setting.keep(piece(syncType="PUSH_NAME", progress=100))
    while await importing.store_waiting():
        pass
    assert await setting.shown() == HistoryProgress("coming", 100, 0, 0)
    setting.now = AN_HOUR
    await all_of(importing)
    assert await setting.shown() == HistoryProgress("incomplete", 100, 0, 1)


async def test_no_more_than_the_most_is_taken(setting: Setting) -> None:
    """The newest come first; the rest is passed over and removed, and the state says that there was more."""
    setting.keep(piece(chunkOrder=1, progress=40, conversations=[chat("A", "B", "C")]))
    setting.keep(piece(chunkOrder=2, progress=100, conversations=[chat("D")]))
    await all_of(setting.importing(messages=2, at_once=2))
    assert len(await setting.ids()) <= 3
    shown = await setting.shown()
    assert shown is not None
    assert (shown.state, shown.missing) == ("limited", 0)
    assert not setting.spool.waits()


async def test_only_the_chosen_days_are_taken(setting: Setting) -> None:
    """Back from when the piece came; nothing at all when nothing is chosen any more."""
    old = message("OLD", at=now_ms() // 1000 - 31 * 86_400)
    setting.keep(piece(progress=100, conversations=[chat("A"), {"ID": LID, "pnJID": CHAT, "messages": [old]}]))
    await all_of(setting.importing())
    assert await setting.ids() == ["A"]
    await setting.stores.sessions.choose(setting.uid, lambda before: merged(before, {"history": {"days": 0}}))
    setting.keep(piece(progress=100, conversations=[chat("B")]))
    await all_of(setting.importing())
    assert await setting.ids() == ["A"]
    assert not setting.spool.waits()


async def test_a_file_that_is_no_piece_ends_nothing(setting: Setting) -> None:
    """It counts as lost, and is removed; what comes after it is stored."""
    setting.keep(b"no protobuf")
    setting.keep(piece(progress=100, conversations=[chat("A")]))
    await all_of(setting.importing())
    assert await setting.ids() == ["A"]
    assert await setting.shown() == HistoryProgress("incomplete", 100, 1, 1)


async def test_another_pairing_begins_anew(setting: Setting) -> None:
    """What is there stays, and is counted once more from the beginning."""
    first = piece(syncType="INITIAL_BOOTSTRAP", progress=100, conversations=[chat("A")])
    setting.keep(first)
    await all_of(setting.importing())
    setting.keep(first)
    await all_of(setting.importing())
    assert await setting.ids() == ["A"]
    assert await setting.shown() == HistoryProgress("done", 100, 1, 0)


async def test_nothing_of_a_deleted_session_is_stored(setting: Setting) -> None:
    """What waits is removed, and what comes after that too; without the row nothing is kept either."""
    importing = setting.importing()
    setting.keep(piece(progress=100, conversations=[chat("A")]))
    await importing.forget(setting.uid)
    setting.keep(piece(progress=100, conversations=[chat("B")]))
    await all_of(importing)
    await setting.stores.sessions.remove(setting.uid)
    setting.keep(piece(progress=100, conversations=[chat("C")]))
    await all_of(setting.importing())
    assert await setting.ids() == []
    assert setting.spool.sessions() == []


async def test_it_runs_when_a_piece_comes(setting: Setting) -> None:
    """It is woken from the library's thread, and stores without being asked."""
    loop = asyncio.get_running_loop()
    wake: Callable[[], object] = lambda: loop.call_soon_threadsafe(importing.wake)  # noqa: E731 - it is made below
    setting.spool = Spool(setting.folder, wake)
    importing = setting.importing()
    running = asyncio.create_task(importing.run())
    await asyncio.to_thread(setting.keep, piece(progress=100, conversations=[chat("A")]))
    async with asyncio.timeout(45):
        while await setting.ids() != ["A"]:
            await asyncio.sleep(0.01)
    running.cancel()
    importing.close()


async def test_media_may_be_asked_for_later(setting: Setting) -> None:
    """A file is not fetched, and can be: its keys are kept with the message."""
    image = {"imageMessage": {"caption": "look", "mimetype": "image/jpeg", "mediaKey": "AAEC", "fileLength": "3"}}
    said = message("I", image, at=now_ms() // 1000 - 1000)
    setting.keep(piece(progress=100, conversations=[{"ID": LID, "pnJID": CHAT, "messages": [said]}]))
    await all_of(setting.importing())
    found = await setting.stores.inbox.get(setting.uid, CHAT, "I", from_me=False)
    assert isinstance(found, InboundMessage)
    assert (found.content["media"]["state"], found.content["media"]["reason"]) == ("gone", "history")
    assert found.raw is not None
