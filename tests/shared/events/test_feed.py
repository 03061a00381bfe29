"""What is new of a key, for those who follow it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.events import feed as feeding
from shared.events.cursor import newest
from shared.events.feeds import Feeds
from shared.events.model import Publication
from shared.events.reading import Reading
from shared.ids import now_ms
from shared.settings import StoreSettings
from tests.emulators.nats_process import NatsServer
from tests.shared.events.test_telling import message

WITHIN = 30.0
BURST, BURSTS = 10, 5


async def test_many_events_come_as_few_do(
    own_nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once and in order, while it is looked for them without a bell, before that and afterwards."""
    monkeypatch.setattr(feeding, "_MANY", 1)
    monkeypatch.setattr(feeding, "_IN_A_ROW", 1)
    ways: list[str] = []
    for name in ("_read_few", "_read_many"):
        plain = getattr(feeding.Feed, name)

        async def noted(self, *arguments, name=name, plain=plain):
            ways.append(name)
            await plain(self, *arguments)

        monkeypatch.setattr(feeding.Feed, name, noted)
    bus = await NatsBus.connect(own_nats.url, name="test")
    log = bus.event_log(StreamLimits(max_bytes=64 * 1024**2))
    published = 0
    try:
        async with open_stores(StoreSettings(data_dir=tmp_path, nats_url=own_nats.url)) as stores:
            session, _ = await stores.sessions.get_or_create("key_a", "default", now=now_ms())

            async def publish(count: int) -> None:
                nonlocal published
                events = []
                for _ in range(count):
                    published += 1
                    event = message(id=f"3EB0{published}")
                    body = event.model_dump_json().encode()
                    events.append(Publication("journal", published, session.uid, event.kind, body, "key_a"))
                while (outcome := await log.publish(events)).failure is not None:  # as a shard does
                    await asyncio.sleep(0.05)
                assert len(outcome.published) == count

            await publish(1)
            reading = Reading(bus.event_reader(), stores.sessions, now_ms)
            begin, feeds = newest(await bus.event_reader().state(), now_ms()), Feeds(reading)
            positions: list[int] = []
            async with (
                feeds.feed("key_a", None) as feed,
                aclosing(feed.follow(begin, WITHIN)) as news,
                asyncio.timeout(WITHIN),
            ):

                async def come() -> None:
                    while len(positions) < published - 1:
                        positions.extend(event.position for event in (await anext(news)).events)

                for count in (1, *[BURST] * BURSTS, 1, 1):
                    await publish(count)
                    await come()
                while ways[-1] != "_read_few":
                    await asyncio.sleep(0.01)
                await publish(1)
                await come()
    finally:
        await bus.close()
    assert "_read_many" in ways
    assert len(positions) == published - 1
    assert positions == sorted(set(positions))
