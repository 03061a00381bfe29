"""`python -m benchmarks.group_sends`: texts to a group of 256 through the gateway beside bare neonize, in turns.

Then, in the gateway's group: what a member writes is one event each; who comes reads what comes after, who is gone
nothing; a message that was damaged on its way is asked for again, in both directions. Fails when any of it is not so.
Writes `docs/benchmarks/groups.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

import orjson

from benchmarks import gateway as gateways
from benchmarks.bare_process import Bare, bare_neonize
from benchmarks.gateway import Gateway
from benchmarks.processes import cpu_between, usage
from benchmarks.rounds import Run
from cli.gateway.data_folder import DataFolder
from sandbox.environment import SandboxAddresses
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits

T = TypeVar("T")
_SESSION, _NUMBER, _BARE = "default", "628100000041", "627000000000"
"""Of the gateway; of bare neonize's first client."""
_ANI, _BUDI = "629000000041", "629000000042"
_WRITES = 20
_WITHIN = 30.0
_NOT_THE_GATEWAY = {"sandbox", "contacts"}

_HEAD = """\
# Benchmark: a group of {members} through the gateway, beside bare neonize

Written by `python -m benchmarks.group_sends`. One session on each side, in a group of {members} of the same sandbox,
one text after the other; in turns, {rounds} rounds of {sends}, medians.

| | bare neonize | gateway | ratio |
|---|---:|---:|---:|
"""
_TAIL = """
In the gateway's group, afterwards: {writes} texts that a member wrote are {writes} events; a member added read what
came after and nothing of before; a member removed read nothing more; a text that was damaged on its way to a member,
and one on its way to the session, was asked for again and came once.
"""


@dataclass(slots=True)
class Measured:
    """Round by round; processor seconds are those for 1,000 sends."""

    members: int
    gateway: list[Run] = field(default_factory=list[Run])
    bare: list[Run] = field(default_factory=list[Run])
    cpu_gateway: list[float] = field(default_factory=list[float])
    cpu_bare: list[float] = field(default_factory=list[float])


@dataclass(slots=True)
class Group:
    """The gateway's, of which the session is an admin."""

    gateway: Gateway
    jid: str

    async def say(self, text: str) -> str:
        """Have the session write; WhatsApp's id."""
        sent = await self.gateway.call("POST", "/api/send-message", json={"number": self.jid, "message": text})
        return str(sent["messageId"])

    async def change(self, what: str, *people: str) -> None:
        """Add or remove members."""
        path = f"/api/group/{what}-participants"
        await self.gateway.call("POST", path, json={"groupJid": self.jid, "participants": people})

    async def read_by(self, who: str) -> list[str]:
        """The texts that a contact has of the group."""
        found = (await self.gateway.control_get(f"/contacts/{who}/messages"))["messages"]
        return [each["text"] for each in found if each["chat"] == self.jid]

    async def arrived(self) -> list[str]:
        """The ids of the group's messages in the session's inbox."""
        return [each["id"] for each in await self.gateway.inbox(_SESSION) if each["chat"] == self.jid]

    async def asked_again(self, wa_id: str) -> bool:
        """Whether a message was sent once more to the device that asked."""
        frames = (await self.gateway.control_get("/frames", id=wa_id))["frames"]
        return any(frame["retry"] for frame in frames)


async def measure(members: int, rounds: int, sends: int, folder: Path) -> Measured:
    """All rounds, and what has to be so in a group of this size."""
    measured = Measured(members)
    async with gateways.running(folder / "gateway") as gateway:
        addresses = SandboxAddresses.load(folder / "gateway" / "run" / "sandbox.json")
        async with bare_neonize(addresses, folder / "bare", 1) as bare:
            await gateway.log_in(_SESSION, _NUMBER)
            sinks = await gateway.sinks(members - 1)
            group = await _made(gateway, sinks)
            its = str(
                (await gateway.control_post(f"/phones/{_BARE}/groups", name="bare", participants=sinks))["groupJid"]
            )
            await gateway.send_many(_SESSION, group.jid, 3)  # sets up the encrypted sessions
            await bare.run(1, 3, to=its)
            for _ in range(rounds):
                await _one_round(measured, group, bare, its, sends)
        await _prove(group, sinks, folder / "gateway")
    return measured


async def _made(gateway: Gateway, people: list[str]) -> Group:
    made = await gateway.call("POST", "/api/group/create", json={"name": "gateway", "participants": people})
    return Group(gateway, str(made["groupJid"]))


async def _one_round(measured: Measured, group: Group, bare: Bare, its: str, sends: int) -> None:
    gateway = group.gateway
    before = usage(gateway.pid, bare.pid)
    began = time.perf_counter()
    latencies = await gateway.send_many(_SESSION, group.jid, sends)
    measured.gateway.append(ours := Run.of(time.perf_counter() - began, latencies))
    between = usage(gateway.pid, bare.pid)
    measured.bare.append(limit := await bare.run(1, sends, to=its))
    after = usage(gateway.pid, bare.pid)
    used = cpu_between(before, between)
    measured.cpu_gateway.append(
        sum(seconds for kind, seconds in used.items() if kind not in _NOT_THE_GATEWAY | {"bare"}) / sends * 1000
    )
    measured.cpu_bare.append(cpu_between(between, after)["bare"] / sends * 1000)
    print(f"p50 {ours.p50_ms:.1f} ms, bare {limit.p50_ms:.1f} ms", file=sys.stderr)


async def _prove(group: Group, sinks: list[str], data: Path) -> None:
    """Raises TimeoutError, or AssertionError, when something is not as `_TAIL` says."""
    gateway = group.gateway
    for contact in (_ANI, _BUDI):
        await gateway.control_post("/contacts", number=contact)
    await group.say("before")
    await group.change("remove", *sinks[:2])
    await group.change("add", _ANI, _BUDI)
    await group.say("between")
    await _until("both read it", lambda: _have(group, {_ANI: ["between"], _BUDI: ["between"]}))

    written = [await _written(group, _ANI, f"line {place}") for place in range(_WRITES)]
    await _until("all of them in the inbox", lambda: _same(group.arrived, written))
    async with _events(data) as events:
        told = [event["id"] for event in await events() if event["kind"] == "message_received"]
    _hold(sorted(told) == sorted(written), "one event for each message")

    await group.change("remove", _ANI)
    await _until("she knows", lambda: _is_gone(group, _ANI))
    await gateway.control_post("/faults", kind="corrupt", target=_BUDI)
    damaged = await group.say("after")
    read = ["between", *(f"line {place}" for place in range(_WRITES)), "after"]
    await _until("the damaged one read", lambda: _have(group, {_BUDI: read}))
    _hold(await group.asked_again(damaged), "the member asked for it again")
    _hold("after" not in await group.read_by(_ANI), "who is gone reads nothing")

    await gateway.control_post("/faults", kind="corrupt", target=_NUMBER)
    theirs = await _written(group, _BUDI, "to the session")
    await _until("the damaged one came", lambda: _same(group.arrived, [*written, theirs]))
    _hold(await group.asked_again(theirs), "the session asked for it again")


async def _written(group: Group, who: str, text: str) -> str:
    sent = await group.gateway.control_post(f"/contacts/{who}/send", to=group.jid, text=text)
    return str(sent["id"])


async def _have(group: Group, texts: dict[str, list[str]]) -> bool:
    return all([sorted(await group.read_by(who)) == sorted(wanted) for who, wanted in texts.items()])


async def _same(look: Callable[[], Awaitable[list[str]]], wanted: list[str]) -> bool:
    return sorted(await look()) == sorted(wanted)


async def _is_gone(group: Group, who: str) -> bool:
    members = (await group.gateway.control_get(f"/groups/{group.jid}"))["members"]
    return who not in {each["number"] for each in members}


@asynccontextmanager
async def _events(data: Path) -> AsyncIterator[Callable[[], Awaitable[list[dict[str, object]]]]]:
    running = DataFolder(data).running()
    if running is None:
        raise RuntimeError("the gateway does not run")
    bus = await NatsBus.connect(running.nats_url, name="benchmark", token=running.nats_token)
    log = bus.event_log(StreamLimits())

    async def read() -> list[dict[str, object]]:
        return [orjson.loads(each.event) for each in await log.read(after=0, limit=100_000)]

    try:
        yield read
    finally:
        await bus.close()


async def _until(what: str, look: Callable[[], Awaitable[bool]]) -> None:
    try:
        async with asyncio.timeout(_WITHIN):
            while not await look():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"not within {_WITHIN:g} s: {what}") from None


def _hold(holds: bool, what: str) -> None:  # noqa: FBT001 - said by `what`
    if not holds:
        raise AssertionError(f"not so: {what}")


def page(measured: Measured, sends: int) -> str:
    """The page."""
    bare, ours = measured.bare, measured.gateway
    ratios = [our.p50_ms / limit.p50_ms for our, limit in zip(ours, bare, strict=True)]
    lines = _HEAD.format(members=measured.members, rounds=len(bare), sends=sends).splitlines()
    for name, of in (("p50 of a send, ms", "p50_ms"), ("p95, ms", "p95_ms"), ("sends/s", "per_second")):
        limit, our = (median(getattr(run, of) for run in runs) for runs in (bare, ours))
        ratio = median(ratios) if of == "p50_ms" else our / limit
        lines.append(f"| {name} | {limit:.1f} | {our:.1f} | {ratio:.2f} |")
    limit, our = median(measured.cpu_bare), median(measured.cpu_gateway)
    lines.append(f"| processor seconds for 1,000 | {limit:.1f} | {our:.1f} | {our / limit:.2f} |")
    return "\n".join(lines) + "\n" + _TAIL.format(writes=_WRITES)


async def main(arguments: argparse.Namespace) -> None:
    """Measure, print the page and write it."""
    with tempfile.TemporaryDirectory(prefix="wagate-group-") as folder:
        measured = await measure(arguments.members, arguments.rounds, arguments.sends, Path(folder))
    text = page(measured, arguments.sends)
    print(text)
    if arguments.out:
        await asyncio.to_thread(Path(arguments.out).write_text, text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.group_sends", description=__doc__)
    parser.add_argument("--members", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--sends", type=int, default=40, help="of each side, in one round")
    parser.add_argument("--out", default="docs/benchmarks/groups.md", help="empty: nothing is written")
    asyncio.run(main(parser.parse_args()))
