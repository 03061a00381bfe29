"""Reading the log for tenants, beside others who do the same."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.events.cursor import oldest
from shared.events.model import Publication
from shared.events.reading import Reading
from shared.ids import now_ms
from shared.sessions.model import Session
from shared.settings import StoreSettings
from tests.emulators.nats_process import NatsServer
from tests.shared.events.test_telling import message

EVENTS = 200


class Noticed:
    """Sessions; says when one was looked up."""

    def __init__(self, sessions: Any, notice: Callable[[], None]) -> None:
        self._sessions = sessions
        self._notice = notice

    async def get(self, uid: str) -> Session | None:
        found: Session | None = await self._sessions.get(uid)
        self._notice()
        return found


async def test_others_have_their_turn_while_a_page_is_made(own_nats: NatsServer, tmp_path: Path) -> None:
    """Once its events are here, making them is work without a pause: whoever is up to date does not wait for all."""
    turns = 0

    def begin() -> None:
        nonlocal turns
        turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    settings = StoreSettings(data_dir=tmp_path, nats_url=own_nats.url)
    bus = await NatsBus.connect(own_nats.url, name="test")
    try:
        async with open_stores(settings) as stores:
            session, _ = await stores.sessions.get_or_create("key_a", "default", now=now_ms())
            events = [message(id=f"3EB0{number}") for number in range(EVENTS)]
            log = bus.event_log(StreamLimits(max_bytes=64 * 1024**2))
            published = [
                Publication("journal", number, session.uid, event.kind, event.model_dump_json().encode(), "key_a")
                for number, event in enumerate(events)
            ]
            async with asyncio.timeout(60):
                while len((await log.publish(published)).published) < EVENTS:  # as a shard does
                    await asyncio.sleep(0.05)
            reader = bus.event_reader()
            reading = Reading(reader, Noticed(stores.sessions, begin), now_ms)  # type: ignore[arg-type] # what it asks
            spinning = asyncio.create_task(other())
            page = await reading.page("key_a", None, oldest(await reader.state(), now_ms()), EVENTS)
            spinning.cancel()
    finally:
        await bus.close()
    assert len(page.events) == EVENTS
    assert turns >= EVENTS / 20
