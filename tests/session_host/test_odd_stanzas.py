"""What WhatsApp may send any day and the library cannot show: nothing of it ends a shard, or loses a message."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.phones.odd_stanzas import ODD
from shared.errors import SendUnknown
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host

SESSIONS = 20
UNSEEN_WITHIN = 1.0
"""Seconds before the end of a connection in which the library may have acknowledged what it never showed."""


@dataclass(frozen=True)
class Member:
    """A session that exchanges messages with the others."""

    uid: str
    number: str


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    """A host of one shard."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def members(gateway: GatewayHost, whatsapp: Any) -> list[Member]:
    """Twenty sessions, connected."""
    paired = [await gateway.pair(whatsapp, f"odd-{place}") for place in range(SESSIONS)]
    return [Member(row.uid, number) for row, number in paired]


async def inbox(gateway: GatewayHost, member: Member) -> Counter[str]:
    page = await gateway.stores.inbox.newest(member.uid, limit=1000)
    return Counter(text for found in page.messages if (text := found.content.get("message")))


class Talk:
    """Every member writes to the next, round after round, until it is told to stop."""

    def __init__(self, gateway: GatewayHost, around: list[Member]) -> None:
        self._gateway = gateway
        self._around = around
        self._stopped = False
        self.sent: dict[str, list[str]] = {member.uid: [] for member in around}
        """By who gets it."""
        self.ids: dict[str, str] = {}
        """WhatsApp's, by text."""
        self.unknown: list[str] = []
        """Sends whose end nobody knows."""

    async def run(self) -> None:
        await asyncio.gather(*(self._write(place) for place in range(len(self._around))))

    def stop(self) -> None:
        self._stopped = True

    async def _write(self, place: int) -> None:
        writer, reader = self._around[place], self._around[(place + 1) % len(self._around)]
        turn = 0
        while not self._stopped:
            text = f"{place} says {turn}"
            turn += 1
            try:
                reply = await self._gateway.send(writer.uid, reader.number, text, queue=True)
            except SendUnknown:  # it was with the library when its client ended, and nothing tells what became of it
                self.unknown.append(text)
            else:
                self.sent[reader.uid].append(text)
                self.ids[text] = str(reply.wa_id)

    async def arrived(self, within: float) -> dict[str, list[str]]:
        """What is missing after so many seconds at most; by who gets it."""
        wrong: dict[str, list[str]] = {}

        async def all_there() -> bool:
            wrong.clear()
            for member in self._around:
                there = await inbox(self._gateway, member)
                assert all(there[text] <= 1 for text in self.sent[member.uid]), "no message is there twice"
                bad = [text for text in self.sent[member.uid] if there[text] != 1]
                if bad:
                    wrong[member.uid] = bad
            return not wrong

        with contextlib.suppress(AssertionError):
            await eventually(all_there, within)
        return wrong

    async def unseen(self, whatsapp: Any, wrong: dict[str, list[str]]) -> list[str]:
        """What is missing, all of it acknowledged by a library that showed nothing more; fails over anything else."""
        ended = [each["to"] for each in (await whatsapp.get("/connections"))["connections"] if each["to"]]
        missing = [text for texts in wrong.values() for text in texts]
        for text in missing:
            (delivery,) = (await whatsapp.get("/deliveries", id=self.ids[text]))["deliveries"]
            acked = delivery["acked"]
            assert acked, (text, delivery)
            assert any(0 <= end - acked < UNSEEN_WITHIN for end in ended), (text, delivery)
        return missing


async def strikes(gateway: GatewayHost, whatsapp: Any, around: list[Member], odd: list[str], pause: float) -> Talk:
    """Have each odd stanza strike a member while all talk."""
    talk = Talk(gateway, around)
    talking = asyncio.create_task(talk.run())
    chance = random.Random(len(odd))  # noqa: S311 - to be the same again
    try:
        for name in odd:
            await asyncio.sleep(pause)
            await whatsapp.fault("odd_stanza", target=chance.choice(around).number, mode=name)
        await asyncio.sleep(2 * pause)
        talk.stop()
        await talking
    finally:
        talking.cancel()
    return talk


async def test_odd_stanzas_end_no_shard_and_lose_nothing(gateway: GatewayHost, whatsapp: Any) -> None:
    """Each kind strikes one of twenty sessions that exchange messages: one shard to the end, and no message is lost.

    But for what the library acknowledges between its end and the cut of its socket (docs/neonize.md).
    """
    around = await members(gateway, whatsapp)
    shard = gateway.shard_pid()
    talk = await strikes(gateway, whatsapp, around, list(ODD), pause=0.5)
    unseen = await talk.unseen(whatsapp, await talk.arrived(20))
    for member in around:
        await gateway.status(member.uid, "connected")
    assert gateway.shard_pid() == shard
    replaced = gateway.log.read_text().count("client ended")
    assert replaced >= 3, "the odd receipts ended clients"
    assert len(unseen) <= replaced


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_fifty_of_them(gateway: GatewayHost, whatsapp: Any) -> None:
    """Fifty strikes, the kinds in turns."""
    around = await members(gateway, whatsapp)
    shard = gateway.shard_pid()
    odd = [name for _ in range(50) for name in ODD][:50]
    talk = await strikes(gateway, whatsapp, around, odd, pause=1.0)
    unseen = await talk.unseen(whatsapp, await talk.arrived(40))
    sent = sum(len(texts) for texts in talk.sent.values())
    replaced = gateway.log.read_text().count("client ended")
    print(f"50 strikes, {replaced} clients replaced, {sent} messages, {len(unseen)} never shown by the library")  # noqa: T201
    assert len(unseen) <= replaced
    assert gateway.shard_pid() == shard


@pytest.mark.parametrize("code", [105, 107])
async def test_a_ban_of_an_unknown_kind_is_waited_for(gateway: GatewayHost, whatsapp: Any, code: int) -> None:
    """The library cannot show these codes: the session says that it is banned, and another one goes on."""
    row, number = await gateway.pair(whatsapp, "banned")
    other, _ = await gateway.pair(whatsapp, "other")
    await whatsapp.fault("ban", target=number, code=code)
    found = await gateway.status(row.uid, "failed")
    assert found.report.reason == "temporary_ban"
    assert found.report.next_try
    assert (await gateway.send(other.uid, await whatsapp.new_sink(), "as ever")).wa_id
