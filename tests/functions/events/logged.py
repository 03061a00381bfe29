"""An API with a log of events, and who writes into it as a shard does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_stream import StreamLimits
from shared.contracts.event import Event, Person
from shared.contracts.events import MessageReceived
from shared.contracts.people_events import PresenceChanged
from shared.contracts.shown import Shown
from shared.events.model import Publication
from shared.ids import hash_api_key, new_api_key, new_key_id, now_ms
from shared.tenants.model import ApiKey
from tests.functions.conftest import ADMIN, Api, api_with

WITHIN = 45.0


def message(text: str, **changes: Any) -> MessageReceived:
    """One that somebody wrote."""
    fields: dict[str, Any] = {
        "at": now_ms(), "id": f"3EB0{text}", "chat": "628@s.whatsapp.net", "from_number": "628", "from_lid": None,
        "from_me": False, "timestamp": now_ms() // 1000, "type": "text", "content": Shown(message=text),
    }  # fmt: skip
    return MessageReceived(**(fields | changes))


def presence() -> PresenceChanged:
    """Somebody writes."""
    return PresenceChanged(at=now_ms(), who=Person(number="628"), chat="628@s.whatsapp.net", state="composing")


@dataclass
class Tenant:
    """A key with a session."""

    headers: dict[str, str]
    key_id: str
    uid: str


@dataclass
class Logged:
    """The API, and the log behind it."""

    api: Api
    log: NatsEventLog
    _numbers: count[int] = field(default_factory=lambda: count(1))

    async def tenant(self, *sessions: str, scopes: tuple[str, ...] = ("*",)) -> Tenant:
        """A new key, of which nothing is told, with these sessions, or `default`; `uid` is of the first."""
        secret = new_api_key()
        key = ApiKey(new_key_id(), "test", secret[:9], hash_api_key(secret), now_ms(), scopes=scopes)
        await self.api.stores.keys.add(key)
        return await self.of(key, secret, *sessions)

    async def made(self, **fields: Any) -> Tenant:
        """A new key as the API makes it, with a session."""
        headers = await self.api.new_key(**fields)
        key = await self.api.stores.keys.by_hash(hash_api_key(headers["X-API-Key"]))
        assert key is not None
        return await self.of(key, headers["X-API-Key"])

    async def of(self, key: ApiKey, secret: str, *sessions: str) -> Tenant:
        """What belongs to a key."""
        made = [
            (await self.api.stores.sessions.get_or_create(key.id, name, now=now_ms()))[0]
            for name in sessions or ("default",)
        ]
        return Tenant({"X-API-Key": secret}, key.id, made[0].uid)

    async def put(self, tenant: Tenant, *events: Event, uid: str | None = None) -> None:
        """Publish events of the tenant's session, again until they are stored."""
        of = uid or tenant.uid
        left = [
            Publication("journal", next(self._numbers), of, event.kind, event.model_dump_json().encode(), tenant.key_id)
            for event in events
        ]
        async with asyncio.timeout(WITHIN):
            while left:
                outcome = await self.log.publish(left)
                done = {event.id for event in outcome.published}
                left = [event for event in left if event.id not in done]
                if left:
                    await asyncio.sleep(0.05)

    async def get(self, tenant: Tenant, **query: Any) -> dict[str, Any]:
        """The answer of `GET /api/events`."""
        answer = await self.api.http.get("/api/events", params=query, headers=tenant.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def refused(self, tenant: Tenant, path: str = "/api/events", **query: Any) -> dict[str, Any]:
        """The error that it answers."""
        answer = await self.api.http.get(path, params=query, headers=tenant.headers)
        assert answer.status_code >= 400, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def all(self, tenant: Tenant, after: str | None = None, **query: Any) -> list[dict[str, Any]]:
        """Everything behind a cursor, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.get(tenant, **query, **({"after": after} if after else {}))
            found += answer["events"]
            if not answer["events"]:
                return found
            after = answer["next"]


@asynccontextmanager
async def logged(
    nats_url: str, folder: Path, limits: StreamLimits | None = None, **settings: Any
) -> AsyncIterator[Logged]:
    """An API that runs in this process."""
    bus = await NatsBus.connect(nats_url, name="test-shard")
    try:
        async with api_with(nats_url, folder, **settings) as api:
            yield Logged(api, bus.event_log(limits or StreamLimits(max_bytes=64 * 1024**2)))
    finally:
        await bus.close()


async def cut_off(gateway: Logged) -> int:
    """How many connections were ended for taking nothing."""
    page = (await gateway.api.http.get("/metrics", headers={"X-Admin-Key": ADMIN})).text
    found = re.search(r'^wagate_api_connections_ended_total\{why="not_taken"\} (\d+)', page, re.MULTILINE)
    return int(found[1]) if found else 0


def texts(events: list[dict[str, Any]]) -> list[str | None]:
    """What the messages say."""
    return [event["data"].get("message") for event in events]
