"""A gateway that is upgraded, and taken back, while its customers work."""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.connections import overlap_ms
from tests.chaos.customer import WORTH_REPEATING, Told
from tests.chaos.emulated import emulated
from tests.chaos.field import Field, Plan, running_field
from tests.chaos.history import judge
from tests.chaos.load import READER, WRITER, Load
from tests.chaos.machine import Host, Machine
from tests.chaos.manifests import Manifests
from tests.compatibility.earlier import ROOT, ran

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]  # one machine's upgrade is in the suite (test_one_machine)

_WITHIN = 60.0
"""Seconds for each wait; all of the test takes about that on two idle cores."""


@pytest.fixture
async def gateway(earlier: Path, ministack_endpoint: str) -> AsyncIterator[Field]:
    """Two hosts and two API processes of the earlier code."""
    plan = Plan(hosts=2, apis=2, sessions=3, code=earlier, settings={"WAGATE_STOP_WITHIN": "8"})
    async with running_field(plan, endpoint=ministack_endpoint) as field:
        yield field


async def test_a_gateway_is_upgraded_and_taken_back_under_load(gateway: Field, earlier: Path) -> None:
    """Hosts and then APIs, and back in the same order: each version of the one works with each version of the other.

    Nobody scans a code again; every repeated send is sent, once; what arrives is shown, once; what customers are
    answered meanwhile is worth repeating.
    """
    leaves, comes = gateway.hosts
    await leave(gateway, comes, to=leaves)  # all sessions are at one host, as before every upgrade of one machine
    load, manifests = Load(gateway, random.Random(17)), Manifests()  # noqa: S311 - to be the same again
    await load.prepare()
    async with running(load, manifests, gateway):
        for code in (ROOT, earlier):
            await answered(gateway, load)
            comes.runs(code)
            await join(gateway, comes)
            await leave(gateway, leaves, to=comes)
            await answered(gateway, load)
            await replace_apis(gateway, load, code)
            leaves, comes = comes, leaves
    verdict = await judge(gateway, load.history, manifests)
    assert verdict.wrong == {}
    assert verdict.unseen == [], waiting(gateway)
    sends = [send for send in load.history.sends if send.repeats]
    assert {send.outcome for send in sends} == {"sent"}
    assert [told for send in load.history.sends for told in send.answers if not is_fine(told)] == []
    connections = await gateway.whatsapp.connections()
    devices = sorted({(each["number"], each["device"]) for each in connections} - {(READER, 1), (WRITER, 1)})
    assert [number for number, _ in devices] == sorted(gateway.numbers.values())  # a second scan makes a second device
    assert overlap_ms(connections) == 0
    assert ran(earlier, "session_host/shard")
    assert ran(earlier, "functions/app")


def is_fine(told: Told) -> bool:
    """Sent, on its way, or worth repeating: so says `Retry-After`, or a connection that an API which stops closed."""
    again = told.code in WORTH_REPEATING and (told.retry_after is not None or told.code == "NO_CONNECTION")
    return told.status in {200, 202} or again


def waiting(on: Field) -> dict[str, int]:
    """How many events in the journals of each host are in no inbox."""
    found = {host.name: 0 for host in on.hosts}
    for host in on.hosts:
        for path in (host.data / "journal").glob("*.db"):
            with contextlib.closing(sqlite3.connect(path)) as journal:
                found[host.name] += journal.execute("SELECT count(*) FROM entry WHERE applied = 0").fetchone()[0]
    return found


@contextlib.asynccontextmanager
async def running(load: Load, manifests: Manifests, on: Field) -> AsyncIterator[None]:
    """The load, ended with its last answers; and what watches the manifests."""
    watching, loading = asyncio.create_task(manifests.watch(on.stores)), asyncio.create_task(load.run())
    try:
        yield
        load.stop()
        await loading
    finally:
        for task in (loading, watching):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def answered(on: Field, load: Load) -> None:
    """Return when every session has sent a message that was begun after this call, and has got one."""
    sends, inbound = len(load.history.sends), len(load.history.inbound)
    async with asyncio.timeout(_WITHIN):
        while True:
            sent = {send.session for send in load.history.sends[sends:] if send.outcome == "sent"}
            written = {item.session for item in load.history.inbound[inbound:] if item.accepted}
            if sent & written == on.numbers.keys():
                return
            await asyncio.sleep(0.1)


async def join(on: Field, host: Host) -> None:
    """Start a host; return when its shard lives, by two renewals of its lease."""
    before = await version(on, host)
    await host.start()
    async with asyncio.timeout(_WITHIN):
        while await version(on, host) < before + 2:
            await asyncio.sleep(0.1)


async def version(on: Field, host: Host) -> int:
    """That of the host's living lease, which rises; 0 while it has none."""
    async with emulated("dynamodb", on.stores) as dynamodb:
        rows = await dynamodb.scan(TableName=f"{on.stores.table_prefix}leases", ConsistentRead=True)
    mine = [row for row in rows["Items"] if row["host"]["S"] == host.host_id() and not row["dead"]["BOOL"]]
    return max((int(row["version"]["N"]) for row in mine), default=0)


async def leave(on: Field, host: Host, *, to: Host) -> None:
    """Stop a host by SIGTERM, as deployments do; return when another one holds every session."""
    await host.terminate()
    async with asyncio.timeout(_WITHIN):
        while len((await on.held())[to.host_id()]) < len(on.numbers):
            await asyncio.sleep(0.1)


async def replace_apis(on: Field, load: Load, code: Path) -> None:
    """One API process after the other, each ready before the next; sends go on in between."""
    before = next(send for send in load.history.sends if send.outcome == "sent" and send.last.status == 200)
    same = before.last.body["id"]
    for place, api in enumerate(on.apis):
        await replace(on, api, place, code)
        await answered(on, load)
        assert (await on.customer.ask(before)).body["id"] == same  # by its Idempotency-Key


async def replace(on: Field, api: Machine, place: int, code: Path) -> None:
    """Stop one by SIGTERM and start it with other code."""
    api.runs(code)
    await api.terminate()
    await api.start()
    async with asyncio.timeout(_WITHIN):
        while (await on.customer.call("GET", "/ready", url=on.customer.urls[place])).status != 200:
            await asyncio.sleep(0.1)
