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
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host

SESSIONS = 20


@dataclass(frozen=True)
class Member:
    """A session that exchanges messages with the others."""

    uid: str
    number: str


@pytest.fixture
def whatsapp(own_whatsapp: Any) -> Any:
    """Of its own: every connection is looked at."""
    return own_whatsapp


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
            await self._gateway.send(writer.uid, reader.number, text, queue=True)
            self.sent[reader.uid].append(text)

    async def missing(self, within: float) -> list[str]:
        """What is not there after so many seconds at most; fails over what is there twice."""
        missing: list[str] = []

        async def all_there() -> bool:
            missing.clear()
            for member in self._around:
                there = await inbox(self._gateway, member)
                assert all(there[text] <= 1 for text in self.sent[member.uid]), "no message is there twice"
                missing.extend(text for text in self.sent[member.uid] if not there[text])
            return not missing

        with contextlib.suppress(AssertionError):
            await eventually(all_there, within)
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


def ended(gateway: GatewayHost) -> int:
    """How many clients have ended over something."""
    return gateway.log.read_text().count("client ended")


async def test_odd_stanzas_end_nothing_and_lose_nothing(gateway: GatewayHost, whatsapp: Any) -> None:
    """Each kind strikes one of twenty sessions that talk: no client ends, and each message is there once."""
    around = await members(gateway, whatsapp)
    shard = gateway.shard_pid()
    talk = await strikes(gateway, whatsapp, around, list(ODD), pause=0.5)
    assert await talk.missing(60) == []
    assert gateway.shard_pid() == shard
    assert ended(gateway) == 0
    assert '"kind":"receipt"' in gateway.log.read_text(), "it is told in the log that there is something new"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_fifty_of_them(gateway: GatewayHost, whatsapp: Any) -> None:
    """Fifty strikes, the kinds in turns."""
    around = await members(gateway, whatsapp)
    shard = gateway.shard_pid()
    odd = [name for _ in range(50) for name in ODD][:50]
    talk = await strikes(gateway, whatsapp, around, odd, pause=1.0)
    missing = await talk.missing(40)
    sent = sum(len(texts) for texts in talk.sent.values())
    print(f"50 strikes, {ended(gateway)} clients ended, {sent} messages, {len(missing)} missing")  # noqa: T201
    assert missing == []
    assert ended(gateway) == 0
    assert gateway.shard_pid() == shard


async def test_a_client_that_ends_is_replaced_at_once(whatsapp: Any, nats_url: str, tmp_path: Path) -> None:
    """Where the library cannot be made to allow unknown values it ends over one: the next is connected by itself."""
    launcher = {"WAGATE_SHARD_LAUNCHER": "tests.session_host.declared_as_ever"}
    environment = {**whatsapp.addresses.shard_environment(), **launcher}
    async with gateway_host(nats_url, tmp_path, environment) as gateway:
        reader, number = await gateway.pair(whatsapp, "reader")
        writer, _ = await gateway.pair(whatsapp, "writer")
        assert "library_declarations_unknown" in gateway.log.read_text()

        async def connections() -> list[Any]:
            return list((await whatsapp.get("/connections", number=number))["connections"])

        before = len(await connections())
        await whatsapp.fault("odd_stanza", target=number, mode="receipt_unknown")

        async def is_back() -> bool:
            found = await connections()
            return len(found) > before and found[-1]["to"] is None

        await eventually(is_back)
        await gateway.status(reader.uid, "connected")
        assert ended(gateway) == 1
        await gateway.send(writer.uid, number, "as ever", queue=True)

        async def arrived() -> bool:
            page = await gateway.stores.inbox.newest(reader.uid, limit=10)
            return [found.content.get("message") for found in page.messages] == ["as ever"]

        await eventually(arrived)


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


async def test_a_login_that_is_refused_with_an_unknown_code_is_told(gateway: GatewayHost, whatsapp: Any) -> None:
    """The session says that WhatsApp refused it."""
    row, number = await gateway.pair(whatsapp, "refused")
    await whatsapp.fault("refuse", target=number, code=418)
    await whatsapp.fault("close", target=number)
    found = await gateway.status(row.uid, "failed")
    assert found.report.reason == "connect_refused"
