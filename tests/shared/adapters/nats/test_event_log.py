"""The log of events on JetStream: every event once, in the order of its session, whatever happens to a server."""

import asyncio
import contextlib
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import nats
import pytest
from nats.errors import Error as NatsError

from shared.adapters.nats import event_log, event_stream
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_stream import STREAM, StreamLimits
from shared.contracts.subjects import NO_SESSION
from shared.errors import BusUnavailable
from shared.events.model import LoggedEvent, Publication
from tests.emulators import servers
from tests.emulators.nats_cluster import NatsCluster
from tests.emulators.nats_process import NatsServer

KIND = "message_received"
SMALL = StreamLimits(max_bytes=64 * 1024**2)
SMALL_R3 = StreamLimits(max_bytes=64 * 1024**2, replicas=3)

Harm = Callable[[], Awaitable[None]]


def made(number: int, session: str = "ses_a", source: str = "journal") -> Publication:
    return Publication(source, number, session, KIND, f'{{"kind":"{KIND}","n":{number}}}'.encode(), "key_a")


@asynccontextmanager
async def opened(url: str, limits: StreamLimits = SMALL) -> AsyncIterator[NatsEventLog]:
    """A log as another process would have it."""
    bus = await NatsBus.connect(url, name="test")
    try:
        yield bus.event_log(limits)
    finally:
        await bus.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published once is acknowledged, however busy the machine is."""
    monkeypatch.setattr(event_log, "_ACKNOWLEDGED_WITHIN", 30.0)
    monkeypatch.setattr(event_log, "_BATCH_WITHIN", 30.0)


@pytest.fixture
async def log(own_nats: NatsServer, patient: None) -> AsyncIterator[NatsEventLog]:  # noqa: ARG001 - it sets
    async with opened(own_nats.url) as log:
        yield log


async def publish_all(log: NatsEventLog, events: list[Publication], within: float = 60.0) -> list[str]:
    """Publish as a shard does, again and again until nothing is left; the failures on the way."""
    failures: list[str] = []
    async with asyncio.timeout(within):
        while events:
            outcome = await log.publish(events)
            done = {event.id for event in outcome.published}
            events = [event for event in events if event.id not in done]
            if outcome.failure:
                failures.append(outcome.failure)
                await asyncio.sleep(0.05)
    return failures


async def ids_are_forgotten(url: str) -> None:
    """Wait until the server knows none of the ids of before: once one is taken again, those before it are forgotten."""
    connection, name = await nats.connect(url), uuid.uuid4().hex
    try:
        log = connection.jetstream(timeout=30)
        async with asyncio.timeout(60):
            first = await log.publish("events.key_a.probe.x", headers={"Nats-Msg-Id": name})
            while (await log.publish("events.key_a.probe.x", headers={"Nats-Msg-Id": name})).seq == first.seq:
                pass
    finally:
        await connection.close()


async def everything(log: NatsEventLog) -> list[LoggedEvent]:
    return await log.read(after=0, limit=100_000)


def by_session(events: list[LoggedEvent]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for event in events:
        found[event.session_uid].append(event.id)
    return dict(found)


async def test_events_are_read_as_they_were_published(log: NatsEventLog) -> None:
    """Each with its session, kind, id and bytes; a reader goes on behind the last position it saw."""
    assert await log.read(after=0, limit=10) == []
    events = [made(1, "ses_a"), made(2, "ses_b"), made(3, "ses_a")]
    outcome = await log.publish(events)
    assert (outcome.failure, outcome.refused, len(outcome.published)) == (None, [], 3)
    found = await everything(log)
    assert by_session(found) == {"ses_a": ["journal-1", "journal-3"], "ses_b": ["journal-2"]}
    assert {(event.kind, event.event) for event in found} == {(event.kind, event.event) for event in events}
    first = await log.read(after=0, limit=1)
    assert await log.read(after=first[0].position, limit=10) == found[1:]


async def test_an_event_that_is_tried_again_is_stored_once(log: NatsEventLog, own_nats: NatsServer) -> None:
    """By the same process and by the one that comes after it."""
    events = [made(number) for number in range(1, 6)]
    for _ in range(2):
        assert len((await log.publish(events)).published) == 5
    async with opened(own_nats.url) as later:
        assert len((await later.publish([*events, made(6)])).published) == 6
    assert by_session(await everything(log)) == {"ses_a": [f"journal-{number}" for number in range(1, 7)]}


@pytest.mark.usefixtures("patient")
async def test_a_retry_after_the_servers_memory_of_ids_is_stored_once(
    own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that died before it marked its events, and comes back later than the duplicate window."""
    monkeypatch.setattr(event_stream, "DUPLICATE_WINDOW", 0.1)
    events = [made(number) for number in range(1, 6)]
    async with opened(own_nats.url) as log:
        await log.publish(events)
    await ids_are_forgotten(own_nats.url)
    async with opened(own_nats.url) as later:
        assert len((await later.publish([*events, made(6)])).published) == 6
        assert by_session(await everything(later))["ses_a"] == [f"journal-{number}" for number in range(1, 7)]


@pytest.mark.usefixtures("patient")
async def test_a_retry_is_stored_once_although_another_source_went_on_with_the_session(
    own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that was taken over in between: the newest event is its successor's, and the ids are forgotten."""
    monkeypatch.setattr(event_stream, "DUPLICATE_WINDOW", 0.1)
    async with opened(own_nats.url) as log:
        marked = (await log.publish([made(1), made(11, "ses_b")])).position
        await log.publish([made(number) for number in (2, 3)])
        await log.publish([made(number, source="successor") for number in (1, 2)])
    await ids_are_forgotten(own_nats.url)
    async with opened(own_nats.url) as later:
        left = [replace(made(number), tried_behind=marked) for number in (2, 3, 4)]
        left += [replace(made(12, "ses_b"), tried_behind=marked)]
        assert len((await later.publish(left)).published) == 4
        found = by_session(await everything(later))
    assert found["ses_a"] == ["journal-1", "journal-2", "journal-3", "successor-1", "successor-2", "journal-4"]
    assert found["ses_b"] == ["journal-11", "journal-12"]


@pytest.mark.usefixtures("patient")
async def test_events_of_a_key_itself_are_stored_once(own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """From several sources, by processes that forget what they published, after the server forgot the ids as well."""
    monkeypatch.setattr(event_stream, "DUPLICATE_WINDOW", 0.1)
    of_key = [made(number, NO_SESSION, source) for number in range(1, 4) for source in ("key_a", "wh_a", "wh_b")]
    others = [replace(event, key_id="key_b") for event in of_key]
    for events in (of_key[:5], of_key, of_key + others):
        async with opened(own_nats.url) as log:
            assert len((await log.publish(events)).published) == len(events)
        await ids_are_forgotten(own_nats.url)
    async with opened(own_nats.url) as log:
        ids = [event.id for event in await everything(log) if event.session_uid == NO_SESSION]
    assert sorted(ids) == sorted(event.id for event in of_key + others)


async def test_what_nats_cannot_hold_is_refused_and_the_others_go_on(log: NatsEventLog) -> None:
    """Too large for a message: told so, and it is in nobody's way."""
    large = Publication("journal", 2, "ses_a", KIND, b"x" * 1024**2, "key_a")
    outcome = await log.publish([made(1), large, made(3)])
    assert [event.number for event in outcome.published] == [1, 3]
    assert [event.number for event, _ in outcome.refused] == [2]
    assert outcome.failure is None


@pytest.mark.usefixtures("patient")
async def test_a_full_log_takes_nothing_and_loses_nothing(own_nats: NatsServer) -> None:
    """Old events stay; new ones wait, until there is room (here: by a higher limit, set by the next process)."""
    events = [Publication("journal", number, "ses_a", KIND, b"x" * 500_000, "key_a") for number in range(1, 5)]
    async with opened(own_nats.url, StreamLimits(max_bytes=1_200_000)) as log:
        outcome = await log.publish(events)
        assert [event.number for event in outcome.published] == [1, 2]
        assert outcome.failure == "NATS says: maximum bytes exceeded."
        assert 0.8 < (await log.used() or 0.0) <= 1.0  # it was said before: the alert is at 0.8
    async with opened(own_nats.url, StreamLimits(max_bytes=10_000_000)) as larger:
        assert len((await larger.publish(events)).published) == 4
        assert [event.id for event in await everything(larger)] == [f"journal-{number}" for number in range(1, 5)]


@pytest.mark.usefixtures("patient")
async def test_a_log_says_how_full_it_is_if_it_answers(own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is in one that is not there; one that is away says nothing, and nobody waits for it."""
    monkeypatch.setattr(event_log, "_SAYS_WITHIN", 30.0)
    async with opened(own_nats.url, StreamLimits(max_bytes=1_000_000)) as log:
        assert await log.used() == 0.0
        await log.publish([Publication("journal", 1, "ses_a", KIND, b"x" * 500_000, "key_a")])
        assert 0.5 <= (await log.used() or 0.0) < 0.6
        monkeypatch.setattr(event_log, "_SAYS_WITHIN", 1.0)
        own_nats.kill()
        async with asyncio.timeout(30):
            while await log.used() is not None:
                pass


@pytest.mark.usefixtures("patient")
async def test_many_processes_make_the_stream_at_once(own_nats: NatsServer) -> None:
    """None of them fails, and there is one stream."""
    async with opened(own_nats.url) as a, opened(own_nats.url) as b, opened(own_nats.url) as c:
        outcomes = await asyncio.gather(*(log.publish([made(1, source=uuid.uuid4().hex)]) for log in (a, b, c)))
        assert [outcome.failure for outcome in outcomes] == [None] * 3
        assert len(await everything(a)) == 3


async def test_a_session_is_forgotten(log: NatsEventLog, own_nats: NatsServer) -> None:
    """Its events of every kind are gone, those of others are not; repeated, and before there is a stream, too."""
    await log.forget("ses_a")
    other_kind = Publication("journal", 3, "ses_a", "session_changed", b'{"kind":"session_changed"}', "key_a")
    await log.publish([made(1, "ses_a"), made(2, "ses_ab"), other_kind])
    for _ in range(2):
        await log.forget("ses_a")
        assert by_session(await everything(log)) == {"ses_ab": ["journal-2"]}
    await log.publish([made(4, "ses_a")])
    assert by_session(await everything(log)) == {"ses_ab": ["journal-2"], "ses_a": ["journal-4"]}
    await asyncio.to_thread(own_nats.kill)
    with pytest.raises(BusUnavailable):
        await log.forget("ses_a")
    await asyncio.to_thread(own_nats.start)


async def test_nats_without_jetstream_has_nothing_to_forget() -> None:
    """Else nothing could be deleted there."""
    with servers.nats_server() as server:
        async with opened(server.url) as log:
            await log.forget("ses_a")


@pytest.mark.usefixtures("patient")
async def test_nats_without_jetstream_is_told() -> None:
    """A server of somebody else's without JetStream: no error is raised, the outcome says why nothing is stored."""
    with servers.nats_server() as server:
        async with opened(server.url) as log:
            assert (await log.publish([made(1)])).failure == "NATS has no JetStream."


async def test_a_killed_server_loses_and_doubles_nothing(own_nats: NatsServer) -> None:
    """Killed with -9 while events of several sessions are on their way, and the server comes back after a while."""

    async def harm() -> None:
        await _frozen(own_nats)
        await asyncio.to_thread(own_nats.kill)
        await asyncio.to_thread(own_nats.start)

    async with opened(own_nats.url) as log:
        await publish_all(log, [made(1, "ses_first", "other")])
        await _harmed_while_publishing(log, harm)


@pytest.mark.parametrize("how", ["kill", "freeze"])
async def test_a_cluster_that_loses_its_leader_loses_and_doubles_nothing(
    own_nats_cluster: NatsCluster, how: str
) -> None:
    """The node that leads the stream dies or freezes while events are on their way, and comes back later."""
    cluster = own_nats_cluster
    async with opened(cluster.url, SMALL_R3) as log:
        await publish_all(log, [made(1, "ses_first", "other")])
        leader = cluster.nodes[await _leader_of(cluster)]

        async def harm() -> None:
            await _frozen(leader)
            if how == "kill":
                await asyncio.to_thread(leader.kill)

        await _harmed_while_publishing(log, harm)
        if how == "kill":
            await asyncio.to_thread(leader.start)
        else:
            leader.thaw()
        await publish_all(log, [made(2, "ses_last", "other")])


async def _frozen(server: NatsServer) -> None:
    """Something is on its way that the server will never answer: a kill alone may come between two answers.

    In the turns of the loop here, answers that were sent are read, and what is published next stays unanswered.
    """
    server.freeze()
    for _ in range(1000):
        await asyncio.sleep(0)


async def _leader_of(cluster: NatsCluster) -> str:
    connection = await nats.connect(cluster.url.split(","))
    try:
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(NatsError):  # a leader is being chosen
                    state = (await connection.jetstream().stream_info(STREAM)).cluster
                    if state is not None and state.leader:
                        return state.leader
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def _harmed_while_publishing(log: NatsEventLog, harm: Harm) -> None:
    """Publish; do harm after a third of it is stored; afterwards everything is there once, in order."""
    sessions, each = [f"ses_{number}" for number in range(20)], 60
    events = [made(number, sessions[number % len(sessions)]) for number in range(len(sessions) * each)]
    publishing = asyncio.create_task(publish_all(log, events))
    connection = log._connection
    before = connection.stats["out_msgs"]
    async with asyncio.timeout(60):
        while connection.stats["out_msgs"] - before < len(events) // 3:
            await asyncio.sleep(0)
    await harm()
    failures = await publishing
    assert failures, "the harm came too late"
    async with asyncio.timeout(30):
        while True:
            try:
                found = by_session(await everything(log))
                break
            except Exception:  # noqa: BLE001 - a leader is being chosen
                await asyncio.sleep(0.1)
    expected: dict[str, list[str]] = defaultdict(list)
    for event in events:
        expected[event.session_uid].append(event.id)
    assert {uid: ids for uid, ids in found.items() if uid != "ses_first"} == expected
