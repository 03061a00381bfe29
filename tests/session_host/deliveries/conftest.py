"""What delivers events, over a real log and a real store, with a clock that tests move."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from session_host.deliveries.clock import Clock
from session_host.deliveries.counting import Counting
from session_host.deliveries.delivering import Around
from session_host.deliveries.telling import Telling
from session_host.deliveries.webhook import WebhookSink
from session_host.deliveries.webhooks import WebhookDeliveries
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import Stores, open_stores
from shared.contracts.event import Event
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Shown
from shared.events.cursor import newest
from shared.events.feeds import Feeds
from shared.events.model import Publication
from shared.events.reading import Reading
from shared.ids import now_ms
from shared.outside.addresses import Allowed
from shared.outside.posting import Poster
from shared.settings import StoreSettings
from shared.webhooks import schedule
from shared.webhooks.model import Delivery, Place, Secret, Webhook
from tests.emulators.nats_process import NatsServer
from tests.session_host.deliveries.receiver import Receiver, receiver

WITHIN = 60.0
KEY = "key_a"
TRIED_AGAIN_AFTER = 70
"""Seconds after which what failed once is due for certain. It is a minute here and not five seconds, for the clock of
tests goes on by itself too: nothing is due before they move it, however busy the machine is."""


class MovedClock:
    """The machine's, and as much later as a test says."""

    def __init__(self) -> None:
        self._ahead = 0
        self._moved = asyncio.Event()

    def now(self) -> int:
        return now_ms() + self._ahead

    async def wait(self, event: asyncio.Event, until: int | None) -> None:
        while not event.is_set() and (until is None or self.now() < until):
            moved = self._moved
            waits = [asyncio.create_task(event.wait()), asyncio.create_task(moved.wait())]
            within = None if until is None else (until - self.now()) / 1000
            try:
                await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()

    def move(self, seconds: float) -> None:
        self._ahead += round(seconds * 1000)
        self._moved.set()
        self._moved = asyncio.Event()


@dataclass
class Process:
    """What one process delivers by."""

    webhooks: WebhookDeliveries
    stores: Stores
    _stack: AsyncExitStack

    async def compare(self, *keys: str) -> None:
        """Look at what is to be delivered; of these keys, or of all."""
        await self.webhooks.compare(lambda key: not keys or key in keys)

    async def end(self, within: float = 1.0) -> None:
        await self.webhooks.stop(within)
        await self._stack.aclose()


@dataclass
class Field:
    """A log, a store, and processes that deliver."""

    nats: NatsServer
    settings: StoreSettings
    stores: Stores
    bus: NatsBus
    log: NatsEventLog
    clock: MovedClock
    stack: AsyncExitStack
    _numbers: count[int] = field(default_factory=lambda: count(1))
    uids: dict[str, str] = field(default_factory=dict)

    async def session(self, name: str = "default", key: str = KEY) -> str:
        """The uid of a session of a key, made when missing."""
        if f"{key}/{name}" not in self.uids:
            row, _ = await self.stores.sessions.get_or_create(key, name, now=now_ms())
            self.uids[f"{key}/{name}"] = row.uid
        return self.uids[f"{key}/{name}"]

    async def webhook(self, url: str, **changes: Any) -> Webhook:
        """A new one, from now on."""
        number = next(self._numbers)
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
        webhook = Webhook(id=f"wh_{number:03}", key_id=KEY, url=url, created_at=now_ms())
        webhook = replace(webhook, **changes)
        if "secrets" not in changes:
            webhook = replace(webhook, secrets=(Secret(self.settings.sealer().seal(secret.encode(), webhook.about)),))
        assert await self.stores.webhooks.add(webhook, at_most=1000)
        log = await self.bus.event_reader().state()
        await self.stores.deliveries.begin(Place(subscription_id=webhook.id, cursor=newest(log, self.clock.now())))
        return webhook

    def secret(self, webhook: Webhook) -> str:
        return self.settings.sealer().open(webhook.secrets[0].sealed, webhook.about).decode()

    async def say(self, *texts: str, session: str = "default", key: str = KEY, **fields: Any) -> None:
        """Messages come in, in this order."""
        uid = await self.session(session, key)
        await self.put(uid, key, [message(text, **fields) for text in texts])

    async def put(self, uid: str, key: str, events: list[Event]) -> None:
        left = [
            Publication("journal", next(self._numbers), uid, event.kind, event.model_dump_json().encode(), key)
            for event in events
        ]
        async with asyncio.timeout(WITHIN):
            while left:
                outcome = await self.log.publish(left)
                done = {event.id for event in outcome.published}
                left = [event for event in left if event.id not in done]
                if left:
                    await asyncio.sleep(0.05)

    async def process(self, clock: Clock | None = None) -> Process:
        """One that delivers, with connections of its own."""
        stack = AsyncExitStack()
        stores = await stack.enter_async_context(open_stores(self.settings))
        bus = await NatsBus.connect(self.nats.url, name="deliverer")
        stack.push_async_callback(bus.close)
        poster, clock = Poster(Allowed.named("127.0.0.1"), within=WITHIN), clock or self.clock
        stack.push_async_callback(poster.close)
        reading = Reading(bus.event_reader(), stores.sessions, now_ms)
        around = Around(stores.deliveries, Feeds(reading), reading, clock, Counting())
        sealer = self.settings.sealer()
        webhooks = WebhookDeliveries(
            stores.webhooks,
            around,
            lambda webhook: WebhookSink(webhook, sealer, poster, clock),
            Telling(bus.event_log(StreamLimits()), clock),
        )
        process = Process(webhooks, stores, stack)
        self.stack.push_async_callback(process.end, 0.0)
        return process

    async def row(self, webhook: Webhook, done) -> Delivery:
        """The first row of a webhook that is as `done` says."""
        async with asyncio.timeout(WITHIN):
            while True:
                page = await self.stores.deliveries.page(webhook.id, limit=100)
                found = [row for row in page.deliveries if done(row)]
                if found:
                    return found[0]
                await asyncio.sleep(0.02)

    async def place(self, webhook: Webhook, done=lambda _: True) -> Place:
        """Where a webhook is, once that is as `done` says."""
        async with asyncio.timeout(WITHIN):
            while not done(place := (await self.stores.deliveries.places([webhook.id]))[webhook.id]):
                await asyncio.sleep(0.02)
            return place


def message(text: str, **changes: Any) -> MessageReceived:
    """One that somebody wrote."""
    fields: dict[str, Any] = {
        "at": now_ms(), "id": f"3EB0{text}", "chat": "628@s.whatsapp.net", "from_number": "628", "from_lid": None,
        "from_me": False, "timestamp": now_ms() // 1000, "type": "text", "content": Shown(message=text),
    }  # fmt: skip
    return MessageReceived(**(fields | changes))


@pytest.fixture
async def ground(own_nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Field]:
    """A log and a store of the test's own."""
    monkeypatch.setattr(schedule, "PAUSES", (60, *schedule.PAUSES[1:]))
    settings = StoreSettings(data_dir=tmp_path / "data", nats_url=own_nats.url)
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(settings))
        bus = await NatsBus.connect(own_nats.url, name="test")
        stack.push_async_callback(bus.close)
        log = bus.event_log(StreamLimits(max_bytes=64 * 1024**2))
        field = Field(own_nats, settings, stores, bus, log, MovedClock(), stack)
        await field.session()
        await field.say("before everything")
        yield field


@pytest.fixture
async def endpoint() -> AsyncIterator[Receiver]:
    """A receiver of webhooks."""
    async with receiver() as one:
        yield one
