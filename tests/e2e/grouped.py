"""A session and people of the sandbox who are in groups with it, and what happened as the log of events has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.gateway import Gateway
from cli.gateway.data_folder import DataFolder
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_stream import StreamLimits
from tests.shared_gateway import fresh_number

NOBODY = "629000000059"
"""Has no phone."""
_WITHIN = 60.0
_PAUSE = 0.05


@dataclass(slots=True)
class Grouped:
    """A gateway with the session `default` of `me`, two contacts with clients of their own, one whom nobody may add."""

    gateway: Gateway
    bus: NatsBus
    me: str = field(default_factory=fresh_number)
    ani: str = field(default_factory=fresh_number)
    budi: str = field(default_factory=fresh_number)
    ceci: str = field(default_factory=fresh_number)
    uid: str = ""
    """Of the session."""

    @property
    def log(self) -> NatsEventLog:
        return self.bus.event_log(StreamLimits())

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Ask the gateway; its answer."""
        return await self.gateway.call("POST", path, json=body)

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read from the gateway."""
        return await self.gateway.call("GET", path, params=query)

    async def make(self, *people: str, name: str = "Toko") -> str:
        """A group with these, made by the session; its address."""
        return str((await self.post("/api/group/create", name=name, participants=list(people)))["groupJid"])

    async def act(self, who: str, group: str, action: str, **body: Any) -> dict[str, Any]:
        """Have somebody do something in a group, on their phone."""
        return await self.gateway.control_post(f"/phones/{who}/groups/{group}/{action}", **body)

    async def made_by(self, who: str, *people: str, name: str = "Theirs", **body: Any) -> dict[str, Any]:
        """A group that somebody else makes: `groupJid`, `inviteLink`."""
        return await self.gateway.control_post(f"/phones/{who}/groups", name=name, participants=list(people), **body)

    async def server(self, group: str) -> dict[str, Any]:
        """The group as WhatsApp has it; `roles` by number."""
        async with self.gateway.http.get(f"{self.gateway.control}/groups/{group}") as answer:
            found = dict(await answer.json())
        return found | {"roles": {who["number"]: who["role"] for who in found["members"]}}

    async def seen(self, who: str, id_: str) -> dict[str, Any]:
        """A message as a contact has it, once it has it."""

        async def look() -> dict[str, Any] | None:
            async with self.gateway.http.get(f"{self.gateway.control}/contacts/{who}/messages?all") as answer:
                return next((each for each in (await answer.json())["messages"] if each["id"] == id_), None)

        return await until(look)

    async def inbox(self, chat: str, holds: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """What the session has of a chat, newest first, once it is as it should be."""

        async def look() -> list[dict[str, Any]] | None:
            found = [message for message in await self.gateway.inbox("default") if message["chat"] == chat]
            return found if holds(found) else None

        return await until(look)

    async def find_uid(self) -> bool:
        """Learn what the log calls the session; whether it has said that it is connected yet."""
        for each in await self.log.read(after=0, limit=10_000):
            if each.kind == "session_changed" and orjson.loads(each.event)["number"] == self.me:
                self.uid = each.session_uid
        return bool(self.uid)

    async def events(self) -> list[dict[str, Any]]:
        """What happened to the session, as the log of events has it, oldest first."""
        logged = await self.log.read(after=0, limit=10_000)
        return [orjson.loads(each.event) for each in logged if each.session_uid == self.uid]

    async def messages(self, chat: str) -> list[str]:
        """The ids of what came in a chat, as the log of events has them: one for each time it was told."""
        return [
            each["id"] for each in await self.events() if each["kind"] == "message_received" and each["chat"] == chat
        ]

    async def event(self, kind: str, group: str, holds: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
        """Something that happened to a group, once it is in the log of events."""

        async def look() -> dict[str, Any] | None:
            of_it = (each for each in await self.events() if each["kind"] == kind and each["group"] == group)
            return next(filter(holds, of_it), None)

        return await until(look)

    async def change(self, group: str, what: str, holds: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
        """One change of a group, with who did it as `by`."""

        def of_it(event: dict[str, Any]) -> list[dict[str, Any]]:
            return [each for each in event["changes"] if each["what"] == what and holds(each)]

        event = await self.event("group_changed", group, lambda event: bool(of_it(event)))
        return of_it(event)[0] | {"by": event["by"]}


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """The first answer that says something."""
    async with asyncio.timeout(_WITHIN):
        while not (found := await look()):
            await asyncio.sleep(_PAUSE)
    return found


@asynccontextmanager
async def grouped(gateway: Gateway) -> AsyncIterator[Grouped]:
    """Everybody is there."""
    running_on = DataFolder(gateway.data).running()
    assert running_on is not None
    bus = await NatsBus.connect(running_on.nats_url, name="test", token=running_on.nats_token)
    try:
        talk = Grouped(gateway, bus)
        await gateway.log_in("default", talk.me)
        await until(talk.find_uid)
        for contact in (talk.ani, talk.budi, talk.ceci):
            await gateway.control_post("/contacts", number=contact)
        await gateway.control_post(f"/phones/{talk.ceci}/privacy", groupadd="none")
        yield talk
    finally:
        await bus.close()
