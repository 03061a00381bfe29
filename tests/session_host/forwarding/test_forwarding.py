"""Forwarders at work: every event, whoever dies; and what goes wrong is seen, and mended by itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import nats
import pytest

from session_host.forwarding.course import Course
from session_host.forwarding.forwarding import Forwarding
from shared.adapters.forwarding.opening import ForwardingSinks
from shared.adapters.nats.bus import NatsBus, open_bus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import Stores, open_stores
from shared.events.cursor import Cursor
from shared.events.model import Publication
from shared.events.reading import Reading
from shared.forwarders.model import Forwarder, Progress
from shared.forwarders.targets import Targets
from shared.ids import new_forwarder_id, now_ms
from shared.settings import StoreSettings
from tests.emulators.nats_process import NatsServer
from tests.functions.events.logged import message
from tests.shared.adapters.forwarding.made import aws
from tests.shared.adapters.forwarding.test_aws import a_bucket, objects, received

WITHIN = 60.0


@dataclass
class Setting:
    """Stores, NATS and a log of events; one key with sessions."""

    settings: StoreSettings
    stores: Stores
    bus: NatsBus
    uids: list[str]
    reading: Reading
    _numbers: count[int] = field(default_factory=lambda: count(1))

    async def put(self, number: int) -> None:
        """Publish so many events, of the sessions in turns."""
        log = self.bus.event_log(StreamLimits(max_bytes=64 * 1024**2))
        events = []
        for _ in range(number):
            place = next(self._numbers)
            said = message(str(place))
            uid = self.uids[place % len(self.uids)]
            events.append(Publication("journal", place, uid, said.kind, said.model_dump_json().encode(), "key_a"))
        outcome = await log.publish(events)
        assert (outcome.failure, outcome.refused) == (None, [])

    async def forwarder(self, **target: Any) -> Forwarder:
        made = Forwarder(
            id=new_forwarder_id(), key_id="key_a", targets=Targets.model_validate(target), created_at=now_ms()
        )
        await self.stores.forwarders.add(made, Progress(cursor=await self.reading.begin("key_a", None)))
        return made

    async def progress(self, forwarder: Forwarder) -> Progress:
        return next(progress for each, progress in await self.stores.forwarders.all() if each.id == forwarder.id)

    async def ids(self) -> dict[str, list[str]]:
        """The ids of all events that there are, by session."""
        page = await self.reading.page("key_a", None, await self.reading.begin("key_a", None), 10_000)
        found: dict[str, list[str]] = defaultdict(list)
        for event in page.events:
            found[event.session_uid].append(event.id)
        return found

    @asynccontextmanager
    async def forwarding(self) -> AsyncIterator[None]:
        """All forwarders run in this process."""
        forwarding = Forwarding(self.stores.forwarders, self.reading, ForwardingSinks(self.settings), now_ms)
        await forwarding.compare(lambda _: True)
        try:
            yield
        finally:
            await forwarding.stop(5)

    @asynccontextmanager
    async def process(self) -> AsyncIterator[None]:
        """All forwarders run in the process that delivers, which is killed at the end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "session_host.deliverer", "--host", "h",
            env=os.environ | {
                "WAGATE_DATA_DIR": str(self.settings.data_dir), "WAGATE_NATS_URL": self.settings.nats_url,
                "WAGATE_AWS_ENDPOINT_URL": str(self.settings.aws_endpoint_url),
                "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            },
        )  # fmt: skip
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()


@pytest.fixture
async def setting(own_nats: NatsServer, moto_endpoint: str, tmp_path: Path) -> AsyncIterator[Setting]:
    settings = StoreSettings(data_dir=tmp_path, nats_url=own_nats.url, aws_endpoint_url=moto_endpoint)
    async with open_stores(settings) as stores, open_bus(settings, name="test") as bus:
        sessions = [
            (await stores.sessions.get_or_create("key_a", name, now=now_ms()))[0] for name in ("one", "two", "three")
        ]
        reading = Reading(bus.event_reader(), stores.sessions, now_ms)
        yield Setting(settings, stores, bus, [session.uid for session in sessions], reading)


async def until(setting: Setting, forwarder: Forwarder, events: int) -> Progress:
    async with asyncio.timeout(WITHIN):
        while (progress := await setting.progress(forwarder)).forwarded < events:
            await asyncio.sleep(0.05)
    return progress


async def test_nothing_is_lost_however_often_it_is_killed(setting: Setting, moto_endpoint: str) -> None:
    """Three kills while 120 events come: a stream and a FIFO queue have each once and in order, a bucket once."""
    name, endpoint = f"t{uuid.uuid4().hex}", moto_endpoint
    stream = (await nats.connect(setting.settings.nats_url)).jetstream()
    await stream.add_stream(name=name, subjects=[f"{name}.>"])
    queue = aws("sqs", endpoint).create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    bucket = a_bucket(endpoint)
    targets = ({"nats": {"subject": name}}, {"sqs": {"queueUrl": queue}}, {"s3": {"bucket": bucket, "seconds": 0}})
    forwarders = [await setting.forwarder(**target) for target in targets]
    for kill in range(3):
        async with setting.process():
            await setting.put(20)
            await until(setting, forwarders[kill], 40 * kill + 1)
            await setting.put(20)
    async with setting.process():
        for forwarder in forwarders:
            reached = (await setting.reading.log.state()).last
            async with asyncio.timeout(WITHIN):
                while (await setting.progress(forwarder)).cursor.position < reached:
                    await asyncio.sleep(0.05)
    expected = await setting.ids()
    assert sum(map(len, expected.values())) == 120
    stored = [await stream.get_msg(name, seq) for seq in range(1, 121)]
    assert (await stream.stream_info(name)).state.messages == 120
    queued = received(queue, endpoint)
    assert len(queued) == 120
    for uid, ids in expected.items():
        assert [json.loads(each.data or b"")["id"] for each in stored if each.subject.split(".")[1] == uid] == ids
        own = [each for each in queued if each["Attributes"]["MessageGroupId"] == uid]
        assert [json.loads(each["Body"])["id"] for each in own] == ids
    written = [each for some in objects(bucket, endpoint).values() for each in some]
    assert sorted(written) == sorted(each for ids in expected.values() for each in ids)


async def test_what_fails_is_seen_and_goes_on_by_itself(setting: Setting) -> None:
    """Since when and why, while the place waits; then everything is there, and the trouble is over."""
    name = f"t{uuid.uuid4().hex}"
    forwarder = await setting.forwarder(nats={"subject": name})
    await setting.put(5)
    async with setting.forwarding():
        async with asyncio.timeout(WITHIN):
            while not (failing := await setting.progress(forwarder)).trouble:
                await asyncio.sleep(0.05)
        assert "no stream stores" in failing.trouble
        assert failing.failing_since
        stream = (await nats.connect(setting.settings.nats_url)).jetstream()
        await stream.add_stream(name=name, subjects=[f"{name}.>"])
        mended = await until(setting, forwarder, 5)
    assert (mended.trouble, mended.failing_since, mended.forwarded) == ("", None, 5)


async def test_who_lost_it_stops(setting: Setting) -> None:
    """Somebody else took it: the first one ends with the next thing that it would write."""
    name = f"t{uuid.uuid4().hex}"
    forwarder = await setting.forwarder(nats={"subject": name, "stream": False})
    course = Course(forwarder, setting.stores.forwarders, setting.reading, ForwardingSinks(setting.settings), now_ms)
    running = asyncio.create_task(course.run())
    await setting.put(1)
    await until(setting, forwarder, 1)
    assert await setting.stores.forwarders.take(forwarder.id)
    await setting.put(1)
    async with asyncio.timeout(WITHIN):
        await running
    assert (await setting.progress(forwarder)).forwarded == 1


async def test_what_the_log_dropped_is_said(setting: Setting) -> None:
    """It goes on with the oldest event that there is, and when that was is kept."""
    forwarder = await setting.forwarder(nats={"subject": f"t{uuid.uuid4().hex}", "stream": False})
    await setting.put(3)
    taken = await setting.stores.forwarders.take(forwarder.id)
    assert taken
    of_another_log = Progress(cursor=Cursor(1, 900, now_ms()), epoch=taken.epoch)
    assert await setting.stores.forwarders.note(forwarder.id, of_another_log)
    async with setting.forwarding():
        progress = await until(setting, forwarder, 3)
    assert progress.lost_at


async def test_a_forwarder_that_is_deleted_ends(setting: Setting) -> None:
    """With the next comparison, and only that one."""
    name = f"t{uuid.uuid4().hex}"
    gone, stays = [await setting.forwarder(nats={"subject": f"{name}{n}", "stream": False}) for n in range(2)]
    forwarding = Forwarding(setting.stores.forwarders, setting.reading, ForwardingSinks(setting.settings), now_ms)
    await forwarding.compare(lambda _: True)
    assert await setting.stores.forwarders.delete(gone.id)
    await forwarding.compare(lambda _: True)
    await setting.put(2)
    await until(setting, stays, 2)
    await forwarding.compare(lambda _: False)
    assert forwarding.there_is
    assert await setting.stores.forwarders.delete(stays.id)
    await forwarding.compare(lambda _: True)
    assert not forwarding.there_is
    await forwarding.stop(5)
