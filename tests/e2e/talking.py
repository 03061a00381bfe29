"""A session and a contact of the sandbox that talk with each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from benchmarks.gateway import Gateway
from tests.shared_gateway import fresh_number

_WITHIN = 60.0
_PAUSE = 0.05


@dataclass(slots=True)
class Talk:
    """The session `default` of `number`, and the contact `other`."""

    gateway: Gateway
    number: str
    other: str

    @classmethod
    async def begin(cls, gateway: Gateway, **contact: Any) -> Talk:
        """Pair both, with numbers that nobody has had."""
        talk = cls(gateway, fresh_number(), fresh_number())
        await gateway.log_in("default", talk.number)
        await gateway.control_post("/contacts", number=talk.other, **contact)
        return talk

    @classmethod
    async def acquainted(cls, gateway: Gateway) -> Talk:
        """Pair both, and let the session say hello: they know each other."""
        talk = await cls.begin(gateway)
        await talk.send("/api/send-message", message="hello")
        return talk

    async def send(self, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
        """Have the gateway send something to the contact; its answer."""
        return await self.gateway.call("POST", path, json={"number": self.other, **body}, headers=headers)

    async def say(self, what: str = "send", **said: Any) -> dict[str, Any]:
        """Have the contact send something to the session, or do something about a message."""
        to = {"to": self.number} if what in {"send", "type", "record"} else {}
        return await self.gateway.control_post(f"/contacts/{self.other}/{what}", **to, **said)

    async def got_all(self, *, everything: bool = False) -> list[dict[str, Any]]:
        """What the contact got; with `everything` also what changes others, and what it sent."""
        query = "?all" if everything else ""
        async with self.gateway.http.get(f"{self.gateway.control}/contacts/{self.other}/messages{query}") as answer:
            return (await answer.json())["messages"]

    async def got(self, sent: dict[str, Any], holds: Any = lambda _: True, **which: Any) -> dict[str, Any]:
        """What the contact has of something that was sent, once it is there and as it should be.

        The server finds nothing wrong with its stanza, nor does the contact.
        """
        got = await self.seen(sent["messageId"], holds, **which)
        frames = f"{self.gateway.control}/frames?id={sent['messageId']}"
        async with self.gateway.http.get(frames) as answer:
            errors = [error for frame in (await answer.json())["frames"] for error in frame["errors"]]
        assert (errors, got.get("errors", [])) == ([], [])
        return got

    async def seen(self, id_: str, holds: Any = lambda _: True, *, everything: bool = True) -> dict[str, Any]:
        """A message that the contact has, once it is as it should be."""
        async with asyncio.timeout(_WITHIN):
            while True:
                for message in await self.got_all(everything=everything):
                    if message["id"] == id_ and holds(message):
                        return message
                await asyncio.sleep(_PAUSE)

    async def inbox(self, wanted: int, holds: Any = lambda _: True) -> list[dict[str, Any]]:
        """What the session shows, newest first, once there is so much and it is as it should be."""
        async with asyncio.timeout(_WITHIN):
            for _ in count():
                shown = await self.gateway.inbox("default")
                if len(shown) >= wanted and holds(shown):
                    return shown
                await asyncio.sleep(_PAUSE)
        raise AssertionError

    async def row(self, answer: dict[str, Any], holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """What the gateway has of a message of ours, once it is as it should be."""
        async with asyncio.timeout(_WITHIN):
            while not holds(row := await self.gateway.call("GET", f"/api/messages/{answer['id']}")):
                await asyncio.sleep(_PAUSE)
        return row

    async def until_sent(self, answer: dict[str, Any]) -> dict[str, Any]:
        """A message of ours, once WhatsApp has it."""
        return await self.row(answer, lambda row: "sent" in row["times"])

    async def told(self, state: str, wanted: int) -> set[str]:
        """The messages of the contact's that the session said it has `read` or `played`, once they are so many."""
        async with asyncio.timeout(_WITHIN):
            while True:
                async with self.gateway.http.get(f"{self.gateway.control}/contacts/{self.other}/receipts") as answer:
                    receipts = (await answer.json())["receipts"]
                told = {id_ for receipt in receipts if receipt["state"] == state for id_ in receipt["messageIds"]}
                if len(told) >= wanted:
                    return told
                await asyncio.sleep(_PAUSE)
