"""A steady load: every session sends, a contact writes to every session, and all that is asked and said is kept."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from uuid import uuid4

import aiohttp

from tests.chaos.customer import Send
from tests.chaos.field import Field

READER, WRITER = "6290000000001", "6290000000002"
"""The contact that everybody writes to, and the one that writes to everybody. Two, because the WhatsApp library loses
messages of one peer that it encrypts for and decrypts from at once (docs/adr/0002)."""
_SENDERS = 3
_PAUSE = 0.15
_SINKS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that the writer sent to a session."""

    session: str
    text: str
    id: str | None
    """WhatsApp's; None when it did not say that it took it."""

    @property
    def accepted(self) -> bool:
        """Whether WhatsApp said that it took it."""
        return self.id is not None


@dataclass(slots=True)
class History:
    """What was asked and answered."""

    sends: list[Send] = field(default_factory=list[Send])
    inbound: list[Inbound] = field(default_factory=list[Inbound])
    struck_at: float | None = None
    """When the fault struck, seconds since 1970."""


class Load:
    """Sends until it is stopped. A third of the messages goes to the reader, the others to a sink each.

    A quarter of the customers takes the first answer, as one does who has not read about Idempotency-Keys.
    """

    def __init__(self, on: Field, chance: random.Random) -> None:
        self.history = History()
        self._field = on
        self._chance = chance
        self._sinks: list[str] = []
        self._stopping = asyncio.Event()

    async def prepare(self) -> None:
        """Make the contacts."""
        for number in (READER, WRITER):
            await self._field.whatsapp.post("/contacts", number=number)

    async def run(self) -> None:
        """Send until `stop`, and return when the last message has an answer."""
        async with asyncio.TaskGroup() as tasks:
            for session in self._field.numbers:
                for _ in range(_SENDERS):
                    tasks.create_task(self._send_from(session))
            tasks.create_task(self._write())

    def stop(self) -> None:
        """Begin no more messages."""
        self._stopping.set()

    async def _send_from(self, session: str) -> None:
        while not self._stopping.is_set():
            to = READER if self._chance.random() < 1 / 3 else await self._sink()
            send = Send(session, to, f"out {uuid4()}", repeats=self._chance.random() > 1 / 4)
            self.history.sends.append(send)
            await self._field.customer.send(send)
            await self._pause()

    async def _write(self) -> None:
        while not self._stopping.is_set():
            for session, number in self._field.numbers.items():
                text = f"in {uuid4()}"
                try:
                    taken = await self._field.whatsapp.post(f"/contacts/{WRITER}/send", to=number, text=text)
                except aiohttp.ClientError:
                    taken = {"id": None}
                self.history.inbound.append(Inbound(session, text, taken["id"]))
            await self._pause()

    async def _sink(self) -> str:
        if not self._sinks:
            self._sinks += await self._field.whatsapp.sinks(_SINKS_AT_ONCE)
        return self._sinks.pop()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), _PAUSE * (0.5 + self._chance.random()))
        except TimeoutError:
            return
