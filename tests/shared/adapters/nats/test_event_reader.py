"""Reading the log of events on JetStream: each key its own, nothing missed, and nothing left on the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import nats
import pytest

from shared.adapters.nats import event_reader
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_reader import NatsEventReader
from shared.adapters.nats.event_stream import STREAM, StreamLimits
from shared.contracts.outcome_events import MessagesEnded
from shared.errors import BusUnavailable
from shared.events.model import Page, Publication
from shared.events.parts import before, place_of
from tests.emulators.nats_cluster import NatsCluster
from tests.emulators.nats_process import NatsServer

KIND = "message_received"


def made(number: int, key: str = "key_a", session: str = "ses_a", body: bytes = b"{}") -> Publication:
    return Publication("journal", number, session, KIND, body, key)


@dataclass
class Log:
    """Both ends of it."""

    log: NatsEventLog
    reader: NatsEventReader

    async def put(self, *events: Publication) -> None:
        """Until all of it is there, as a shard does: who is busy, or without a leader, does not say so in time."""
        async with asyncio.timeout(60):
            while (outcome := await self.log.publish(events)).failure is not None:
                await asyncio.sleep(0.05)
        assert outcome.refused == []

    async def page(self, key: str, **how: Any) -> Page:
        """One page, when the log answers."""
        async with asyncio.timeout(60):
            while True:
                try:
                    return await self.reader.read(key, None, **how)
                except BusUnavailable:
                    await asyncio.sleep(0.05)

    async def ids(self, key: str, uid: str | None = None, *, after: int = 0, limit: int = 1000) -> list[str]:
        """Of all pages, one after the other."""
        found: list[str] = []
        while True:
            page = await self.reader.read(key, uid, after=after, limit=limit)
            found += [event.id for event in page.events]
            after = page.position
            if not page.more:
                return found


@asynccontextmanager
async def opened(url: str, limits: StreamLimits | None = None) -> AsyncIterator[Log]:
    bus = await NatsBus.connect(url, name="test")
    try:
        yield Log(bus.event_log(limits or StreamLimits(max_bytes=64 * 1024**2)), bus.event_reader())
    finally:
        await bus.close()


@pytest.fixture
async def log(own_nats: NatsServer) -> AsyncIterator[Log]:
    async with opened(own_nats.url) as log:
        yield log


async def test_a_key_reads_its_own_events_in_pages_and_is_carried_past_those_of_others(log: Log) -> None:
    """In their order, each once; a reader that has caught up stands behind everything that there is."""
    assert await log.reader.state() == (await log.reader.read("key_a", None, after=0, limit=1)).log
    assert (await log.reader.state()).made_at == 0
    await log.put(*(made(n, "key_a", "ses_a" if n % 3 else "ses_b") for n in range(1, 30, 2)))
    await log.put(*(made(n, "key_b", "ses_c") for n in range(2, 61, 2)))
    state = await log.reader.state()
    assert (state.first, state.last) == (before(1) + 1, place_of(45))
    assert sorted(await log.ids("key_a", limit=4)) == sorted(f"journal-{n}" for n in range(1, 30, 2))
    assert await log.ids("key_a", "ses_b") == [f"journal-{n}" for n in range(3, 30, 6)]
    assert await log.ids("key_a", "ses_a") == [f"journal-{n}" for n in range(1, 30, 2) if n % 3]
    assert await log.ids("key_b") == [f"journal-{n}" for n in range(2, 61, 2)]
    assert await log.ids("key_c") == []
    page = await log.reader.read("key_a", None, after=0, limit=1000)
    assert (page.position, page.more) == (state.last, False)
    event = page.events[0]
    assert (event.position, event.kind, event.event) == (place_of(1), KIND, b"{}")
    assert 0 <= event.stored_at - state.made_at < 60_000


async def test_a_log_that_is_known_is_not_asked_for_again(log: Log) -> None:
    """The page then ends with its last event: what is behind that nobody looked for."""
    await log.put(*(made(n) for n in range(1, 4)))
    await log.put(*(made(n, "key_b", "ses_c") for n in range(4, 7)))
    known = (await log.reader.read("key_a", None, after=0, limit=1)).log
    await log.put(made(7))
    await log.put(made(8, "key_b", "ses_c"))
    page = await log.reader.read("key_a", None, after=place_of(1), limit=10, log=known)
    assert ([event.id for event in page.events], page.more) == (["journal-2", "journal-3", "journal-7"], False)
    assert (page.position, page.log.last) == (place_of(7), place_of(7))
    assert page.log.made_at == known.made_at
    again = await log.reader.read("key_a", None, after=page.position, limit=10, log=page.log)
    assert (again.events, again.position) == ([], place_of(7))


def ended(number: int, count: int) -> Publication:
    """One entry with so many outcomes."""
    ends = tuple(
        {"at": n, "message_id": f"m{number}-{n}", "state": "sent", "chat": "c", "type": "t"} for n in range(count)
    )
    event = MessagesEnded(at=1, ends=ends).model_dump_json().encode()
    return Publication("journal", number, "ses_a", "messages_ended", event, "key_a")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
async def test_an_entry_of_several_events_is_read_as_so_many_from_any_place(log: Log, limit: int) -> None:
    """Each has a place of its own, wherever a page ends; what is behind any of them is the rest, and no more."""
    await log.put(made(1), ended(2, 4), made(3), ended(4, 1), ended(5, 3), made(6))
    names = ["journal-1", *(f"m2-{n}/sent/" for n in range(4)), "journal-3", "m4-0/sent/"]
    names += [*(f"m5-{n}/sent/" for n in range(3)), "journal-6"]
    assert await log.ids("key_a", limit=limit) == names
    page = await log.reader.read("key_a", None, after=0, limit=1000)
    assert [event.id for event in page.events] == names
    assert page.entries == 6
    assert [event.position for event in page.events] == sorted({event.position for event in page.events})
    for number, event in enumerate(page.events):
        assert await log.ids("key_a", after=event.position, limit=limit) == names[number + 1 :]
        assert await log.ids("key_a", after=event.position - 1, limit=limit) == names[number:]
    entries = [
        (await log.reader.read("key_a", None, after=event.position - 1, limit=1)).entries for event in page.events
    ]
    assert entries == [1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1]


async def test_a_page_of_large_events_is_short_and_says_that_there_is_more(log: Log) -> None:
    """A reader's memory is bounded by bytes, not by their number."""
    await log.put(*(made(n, body=b"x" * 300_000) for n in range(1, 11)))
    page = await log.reader.read("key_a", None, after=0, limit=1000)
    assert 1 <= len(page.events) <= 5
    assert page.more
    assert await log.ids("key_a") == [f"journal-{n}" for n in range(1, 11)]


async def test_readers_leave_nothing_behind(log: Log, own_nats: NatsServer) -> None:
    """No consumer of JetStream, and no subscription, however often somebody looks and listens."""
    await log.put(made(1))
    connection = await nats.connect(own_nats.url)
    try:
        await log.ids("key_a")
        before = len(log.reader._connection._subs)
        for _ in range(50):
            async with log.reader.listening("key_a", None):
                await log.ids("key_a")
        assert (await connection.jetstream().stream_info(STREAM)).state.consumer_count == 0
        assert len(log.reader._connection._subs) == before
    finally:
        await connection.close()


async def test_a_bell_rings_until_what_rang_was_seen(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be heard before the event is in the log: whoever looks then looks again. It rings for its own key only."""
    monkeypatch.setattr(event_reader, "_NO_BELL", 100.0)
    await log.put(made(1))
    async with log.reader.listening("key_a", None) as bell, log.reader.listening("key_b", None) as other:
        rang = asyncio.create_task(other.wait(100.0))
        after = (await log.reader.state()).last
        for n in range(2, 6):
            await log.put(made(n))
            async with asyncio.timeout(30):
                while True:
                    await bell.wait(100.0)
                    page = await log.reader.read("key_a", None, after=after, limit=10)
                    bell.seen(len(page.events))
                    if page.events:
                        break
            after = page.position
        assert not rang.done()
        await log.put(made(7, "key_b", "ses_c"))
        async with asyncio.timeout(30):
            await rang


async def test_a_reader_goes_on_after_nats_was_away(log: Log, own_nats: NatsServer) -> None:
    """It says that the log does not answer; afterwards nothing is missing and nothing is there twice."""
    await log.put(*(made(n) for n in range(1, 6)))
    first = await log.reader.read("key_a", None, after=0, limit=3)
    own_nats.kill()
    with pytest.raises(BusUnavailable):
        await log.reader.read("key_a", None, after=first.position, limit=3)
    own_nats.start()
    async with asyncio.timeout(60):
        while True:
            try:
                rest = await log.ids("key_a", after=first.position)
                break
            except BusUnavailable:
                await asyncio.sleep(0.05)
    assert [event.id for event in first.events] + rest == [f"journal-{n}" for n in range(1, 6)]
    await log.put(made(6))
    assert (await log.ids("key_a"))[-1] == "journal-6"


@pytest.mark.parametrize("knows_the_log", [False, True])
async def test_a_replica_that_is_behind_hides_nothing(own_nats_cluster: NatsCluster, knows_the_log: bool) -> None:  # noqa: FBT001 - pytest's
    """Any of three may answer: a reader that runs after a writer sees all, once, in order."""
    limits = StreamLimits(max_bytes=64 * 1024**2, replicas=3)
    async with opened(own_nats_cluster.url, limits) as log:
        found: list[str] = []
        after, page = 0, None
        done = asyncio.Event()

        async def write() -> None:
            for n in range(2, 200):
                await log.put(made(n))
            done.set()

        await log.put(made(1))  # makes the log: while the three agree about that, none of them answers
        writing = asyncio.create_task(write())
        async with asyncio.timeout(90):
            while True:
                last_look = done.is_set()
                known = page.log if knows_the_log and page is not None and not last_look else None
                page = await log.page("key_a", after=after, limit=50, log=known)
                found += [event.id for event in page.events]
                after = page.position
                if last_look and not page.more:
                    break
        await writing
        assert found == [f"journal-{n}" for n in range(1, 200)]
