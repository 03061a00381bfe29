"""A journal and the log of events: what is in the one comes into the other once, and the inbox waits for neither."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest

from session_host.inbound.applying import Inbound
from session_host.inbound.departed import Departed
from session_host.inbound.entry import Stage
from session_host.inbound.journal import Journal, JournalUnwritable
from session_host.inbound.publishing import Publishing
from session_host.inbound.receipts import NO_SENDS, Receipts
from session_host.ownership.session_changes import SessionChanges
from session_host.session.chat_timers import ChatTimers
from shared.adapters.nats import event_stream
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import Stores, open_stores
from shared.contracts.events import EVENT, AnyEvent, MessageReceived, SessionChanged
from shared.contracts.shown import Shown
from shared.errors import StoreUnavailable
from shared.events.model import LoggedEvent
from shared.events.ports import EventLog
from shared.sessions.model import SessionReport, SessionStatus
from shared.settings import StoreSettings
from tests.emulators.nats_process import NatsServer
from tests.session_host.gateway_host import ROOT
from tests.session_host.no_resends import no_resends
from tests.session_host.own_shard import ALL_HERE
from tests.shared.adapters.nats.test_event_log import ids_are_forgotten

LIMITS = StreamLimits(max_bytes=64 * 1024**2)

WRITER = """
import sys
from pathlib import Path
from session_host.inbound.journal import Journal
from tests.session_host.inbound.test_publishing import run_until_killed
run_until_killed(Path(sys.argv[1]), sys.argv[2])
"""


def message(number: int) -> MessageReceived:
    return MessageReceived(
        at=number, id=f"A{number}", chat="1@s.whatsapp.net", from_number="1", from_lid=None, from_me=False,
        timestamp=1, type="text", content=Shown(message="hello"),
    )  # fmt: skip


def open_journal(folder: Path, wake: Callable[[], object] = lambda: None) -> Journal:
    return Journal(folder / "journal.db", synchronous="NORMAL", on_append=wake)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[EventLog]:
    bus = await NatsBus.connect(url, name="test")
    try:
        yield bus.event_log(LIMITS)
    finally:
        await bus.close()


@asynccontextmanager
async def publishing(journal: Journal, log: EventLog, departed: Departed = ALL_HERE) -> AsyncIterator[Publishing]:
    """A running publisher."""
    running = Publishing(journal, log, departed)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        running.close()


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path / "data")) as opened:
        yield opened


@asynccontextmanager
async def applying(journal: Journal, stores: Stores) -> AsyncIterator[Inbound]:
    """A running drain into the inbox."""
    receipts = Receipts(stores.messages, lambda _: NO_SENDS)
    running = Inbound(journal, stores.inbox, receipts, ALL_HERE, no_resends(stores), ChatTimers(stores.messages))
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        running.close()


async def until(met: Callable[[], bool], within: float = 60.0) -> None:
    async with asyncio.timeout(within):
        while not met():
            await asyncio.sleep(0.01)


async def drained(journal: Journal, stage: Stage) -> None:
    await until(lambda: journal.waiting(stage) == 0)


async def logged(log: EventLog) -> list[LoggedEvent]:
    return await log.read(after=0, limit=100_000)


def numbers(events: list[LoggedEvent]) -> list[int]:
    return [EVENT.validate_json(event.event).at for event in events]


def run_until_killed(folder: Path, url: str) -> None:
    """Append and publish without end; says each number that is appended. A process of its own runs it."""

    async def run() -> None:
        journal = open_journal(folder)
        async with connected(url) as log, publishing(journal, log) as running:
            number = 0
            while True:
                number += 1
                seq = await asyncio.to_thread(journal.append, f"ses_{number % 3}", message(number))
                running.wake()
                print(seq, flush=True)  # noqa: T201 - the test reads it

    asyncio.run(run())


async def test_what_an_earlier_process_left_is_published_once(own_nats: NatsServer, tmp_path: Path) -> None:
    """Some of it was stored before the crash and not marked, some was not: afterwards each is there once, in order."""
    journal = open_journal(tmp_path)
    for number in range(1, 31):
        journal.append(f"ses_{number % 3}", message(number))
    async with connected(own_nats.url) as log:
        dying = Publishing(journal, log, ALL_HERE)
        entries = journal.read("published", after=0, limit=20)
        publications, _ = await dying._publications(entries)
        assert len((await log.publish(publications)).published) == 20
        dying.close()
        journal.close()
    journal = open_journal(tmp_path)
    async with connected(own_nats.url) as log, publishing(journal, log):
        await drained(journal, "published")
        found = await logged(log)
    assert sorted(numbers(found)) == list(range(1, 31))
    for uid in ("ses_0", "ses_1", "ses_2"):
        own = numbers([event for event in found if event.session_uid == uid])
        assert own == sorted(own)
    journal.close()


async def test_what_was_stored_and_not_marked_is_looked_for_behind_the_last_mark(
    own_nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process dies between the log and its mark; another goes on with the session; NATS forgets; then it is back."""
    monkeypatch.setattr(event_stream, "DUPLICATE_WINDOW", 0.1)
    (tmp_path / "other").mkdir()
    journal, other = open_journal(tmp_path), open_journal(tmp_path / "other")
    async with connected(own_nats.url) as log:
        dying = Publishing(journal, log, ALL_HERE)
        journal.append("ses_1", message(1))
        assert await dying.publish() == (True, None)
        journal.append("ses_1", message(2))
        publications, _ = await dying._publications(journal.read("published", after=0, limit=20))
        assert [each.tried_behind for each in publications] == [None]
        assert len((await log.publish(publications)).published) == 1
        journal.append("ses_1", message(3))
        other.append("ses_1", message(4))
        taker = Publishing(other, log, ALL_HERE)
        assert await taker.publish() == (True, None)
        for each in (dying, taker, journal, other):
            each.close()
    await ids_are_forgotten(own_nats.url)
    journal = open_journal(tmp_path)
    assert journal.position > 0
    async with connected(own_nats.url) as log, publishing(journal, log):
        await drained(journal, "published")
        found = [event for event in await logged(log) if event.session_uid == "ses_1"]
    assert numbers(found) == [1, 2, 4, 3]
    journal.close()


async def test_a_killed_process_loses_and_doubles_nothing(own_nats: NatsServer, tmp_path: Path) -> None:
    """Killed with -9 while it appends and publishes, three times: what it said it has is in the log once."""
    acknowledged = 0
    for _ in range(3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, str(tmp_path), own_nats.url, cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        async with asyncio.timeout(60):
            for _ in range(200):
                acknowledged = int(await process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
    journal = open_journal(tmp_path)
    async with connected(own_nats.url) as log, publishing(journal, log):
        await drained(journal, "published")
        found = await logged(log)
    assert acknowledged >= 600
    ids = [int(event.id.rpartition("-")[2]) for event in found]
    assert sorted(ids) == list(range(1, max(ids) + 1))
    assert max(ids) >= acknowledged
    for uid in ("ses_0", "ses_1", "ses_2"):
        own = [int(event.id.rpartition("-")[2]) for event in found if event.session_uid == uid]
        assert own == sorted(own)
    journal.close()


async def test_the_inbox_does_not_wait_for_nats(own_nats: NatsServer, tmp_path: Path, stores: Stores) -> None:
    """NATS is away: messages are in the inbox, wait in the journal to be published, and are when NATS is back."""
    journal = open_journal(tmp_path)
    async with connected(own_nats.url) as log, publishing(journal, log) as running:
        await asyncio.to_thread(own_nats.kill)
        async with applying(journal, stores) as inbound:
            for number in range(1, 11):
                journal.append("ses_one", message(number))
            inbound.wake()
            running.wake()
            await drained(journal, "applied")
        assert len((await stores.inbox.newest("ses_one", limit=100)).messages) == 10
        await until(lambda: running.failure is not None)
        assert journal.waiting("published") == 10
        await asyncio.to_thread(own_nats.start)
        await drained(journal, "published")
        await until(lambda: running.failure is None)
        assert numbers(await logged(log)) == list(range(1, 11))
    assert journal._reader.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    journal.close()


async def test_events_do_not_wait_for_the_store(
    own_nats: NatsServer, tmp_path: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is away: events are published all the same, and applied when it is back."""
    append, away = stores.inbox.append, True

    async def unreliable(messages: object) -> object:
        if away:
            raise StoreUnavailable
        return await append(messages)  # type: ignore[arg-type]

    monkeypatch.setattr(stores.inbox, "append", unreliable)
    journal = open_journal(tmp_path)
    for number in range(1, 4):
        journal.append("ses_one", message(number))
    async with connected(own_nats.url) as log, publishing(journal, log), applying(journal, stores) as inbound:
        await drained(journal, "published")
        assert numbers(await logged(log)) == [1, 2, 3]
        await until(lambda: inbound.failure is not None)
        assert journal.waiting("applied") == 3
        away = False
        await drained(journal, "applied")
    assert len((await stores.inbox.newest("ses_one", limit=100)).messages) == 3
    journal.close()


async def test_only_what_may_be_deleted_waits_for_the_store(
    own_nats: NatsServer, tmp_path: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the shard holds is published while the store is away; a stranger's events once it says that it is there."""
    gone, away = [], True
    there, _ = await stores.sessions.get_or_create("key", "elsewhere", now=1)
    get = stores.sessions.get

    async def unreliable(uid: str) -> object:
        gone.append(uid)
        if away:
            raise StoreUnavailable
        return await get(uid)

    monkeypatch.setattr(stores.sessions, "get", unreliable)
    departed = Departed(stores.sessions, lambda uid: "key" if uid == "ses_held" else None)
    journal = open_journal(tmp_path)
    for number, uid in enumerate([there.uid, "ses_held", "ses_gone", "ses_held", there.uid], start=1):
        journal.append(uid, message(number))
    async with connected(own_nats.url) as log, publishing(journal, log, departed) as running:
        await until(lambda: running.failure is not None)
        assert numbers(await logged(log)) == [2, 4]
        away = False
        await drained(journal, "published")
        assert sorted(numbers(await logged(log))) == [1, 2, 4, 5]
        await until(lambda: running.failure is None)
    assert set(gone) == {there.uid, "ses_gone"}
    journal.close()


async def test_an_event_of_a_newer_version_is_published_as_it_is(own_nats: NatsServer, tmp_path: Path) -> None:
    """Only what says no kind at all is set aside, and in nobody's way."""
    journal = open_journal(tmp_path)
    newer = b'{"kind":"poll_closed","at":1,"choices":[1,2]}'
    secret = "a text that nobody may read in a log"  # noqa: S105 - of the tests
    nameless = orjson.dumps({"kind": secret, "at": 1, "text": secret})
    for body in (newer, b'{"at":1,"text":"%b"}' % secret.encode(), nameless):
        journal._writer.execute("INSERT INTO entry (session_uid, event) VALUES ('ses_one', ?)", (body,))
    journal.append("ses_one", message(1))
    async with connected(own_nats.url) as log, publishing(journal, log):
        await drained(journal, "published")
        assert [(event.kind, event.id.rpartition("-")[2]) for event in await logged(log)] == [
            ("poll_closed", "1"), ("message_received", "4"),
        ]  # fmt: skip
        assert (await logged(log))[0].event == newer
    journal.mark("applied", [1, 2, 3, 4])
    kept = journal._reader.execute("SELECT seq, set_aside FROM entry ORDER BY seq").fetchall()
    assert [seq for seq, _ in kept] == [2, 3]
    assert secret not in str([why for _, why in kept])
    journal.close()


async def test_an_unmarkable_journal_publishes_nothing_twice(
    own_nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full after an event was stored: it is marked later, and is in the log once."""
    journal = open_journal(tmp_path)
    journal.append("ses_one", message(1))
    mark, full = journal.mark, True

    def unreliable(stage: Stage, seqs: list[int], **reached: Any) -> None:
        if full:
            raise JournalUnwritable("database or disk is full")
        mark(stage, seqs, **reached)

    monkeypatch.setattr(journal, "mark", unreliable)
    async with connected(own_nats.url) as log, publishing(journal, log) as running:
        await until(lambda: running.failure == "database or disk is full")
        full = False
        await drained(journal, "published")
        await running.finish(within=5)
        assert numbers(await logged(log)) == [1]
    journal.close()


def test_changes_of_a_session_are_journalled_in_order(tmp_path: Path) -> None:
    """Each once, with the epoch of the owner that says so; what says nothing new is not written."""
    journal = open_journal(tmp_path)
    changes = SessionChanges(journal.announce, lambda: 7)
    starting, connected_ = SessionReport(since=5), SessionReport(SessionStatus.CONNECTED, since=6, number="628")
    for report in (starting, starting, connected_, starting):
        changes.note("ses_one", 3, report)
    changes.note("ses_one", 4, starting)
    changes.close()
    events = [entry.parse() for entry in journal.read("published", after=0, limit=10)]
    assert [(event.status, event.epoch) for event in events if isinstance(event, SessionChanged)] == [
        ("starting", 3), ("connected", 3), ("starting", 3), ("starting", 4),
    ]  # fmt: skip
    assert events[1] == SessionChanged(at=7, epoch=3, status="connected", since=6, number="628")
    assert journal.read("applied", after=0, limit=10) == []
    journal.mark("published", [1, 2, 3, 4])
    assert not journal.waits
    journal.close()


def test_changes_that_come_while_the_disk_is_slow_are_written_together() -> None:
    """A hundred sessions that connect at once wait for the disk a few times. A write that fails stops nobody."""
    began, go_on = threading.Event(), threading.Event()
    written: list[list[int]] = []

    def announce(events: Sequence[tuple[str, AnyEvent]]) -> None:
        written.append([event.at for _, event in events])
        began.set()
        assert go_on.wait(20)
        if len(written) == 1:
            raise JournalUnwritable("database or disk is full")

    at = count(1)
    changes = SessionChanges(announce, lambda: next(at))
    changes.note("ses_one", 1, SessionReport())
    assert began.wait(20)
    for session in ("ses_one", "ses_two", "ses_three"):
        changes.note(session, 1, SessionReport(SessionStatus.CONNECTED))
    go_on.set()
    changes.close()
    assert written == [[1], [2, 3, 4]]
