"""`python -m tests.chaos.webhook_kills`: messages come in while everything on their way to a webhook is killed.

The process that delivers, NATS, the API and the receiver are each killed so many times. In the end the receiver has
every event by its id, those of each session in order; what it has twice has the same id, and is counted; and the cursor
API, read all the time, has the same events, each once.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from benchmarks.gateway import Gateway, running
from cli.gateway.ports import free_port
from tests.cli.processes import children_of
from tests.cli.processes import running as those_that_run
from tests.session_host.deliveries.receiver import Receiver, receiver

_WRITERS = 10
_COMES_WITHIN = 420.0
"""Seconds: an event whose second attempt met a receiver that was killed has its third 5 minutes and a tenth later."""
_AWAY = 1.5
_PARTS = ("session_host.deliverer", "nats-server", "functions")


@dataclass
class Seen:
    """What came of it."""

    said: list[str] = field(default_factory=list[str])
    received: dict[str, str] = field(default_factory=dict[str, str])
    """At the receiver, by id: what the message says."""
    order: dict[str, list[str]] = field(default_factory=lambda: defaultdict[str, list[str]](list))
    """By session: ids in the order in which they came first."""
    times: Counter[str] = field(default_factory=Counter[str])
    read: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """By the cursor API, in its order."""
    kills: Counter[str] = field(default_factory=Counter[str])
    where: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Of what the receiver has not: where else it is."""

    def take(self, one: Receiver) -> None:
        """Note what a receiver that is killed had taken."""
        for got in one.taken:
            event = got.event
            if got.id not in self.received:
                self.order[event["sessionId"]].append(got.id)
            self.received[got.id] = event["data"]["message"]
            self.times[got.id] += 1

    @property
    def wrong(self) -> list[str]:
        """What is not as promised."""
        read = [event["id"] for event in self.read]
        order: dict[str, list[str]] = defaultdict(list)
        for event in self.read:
            order[event["sessionId"]].append(event["id"])
        found = {
            "lost on the way to the receiver": sorted(set(self.said) - set(self.received.values())),
            "under two ids": [text for text, count in Counter(self.received.values()).items() if count > 1],
            "twice in the cursor API": [each for each, count in Counter(read).items() if count > 1],
            "at one of the two only": sorted(set(read) ^ set(self.received)),
            "not in order": [session for session in order if order[session] != self.order[session]],
        }
        wrong = [f"{words}: {len(those)} ({those[:3]})" for words, those in found.items() if those]
        return wrong + [f"{text} is in {' and in '.join(places) or 'nothing'}" for text, places in self.where.items()]

    def summary(self) -> str:
        """In a line."""
        twice = sum(count - 1 for count in self.times.values())
        kills = ", ".join(f"{part} {count}" for part, count in sorted(self.kills.items()))
        return f"{len(self.said)} events, {twice} of them repeated under the same id, killed: {kills}"


async def run(folder: Path, *, inbound: int, sessions: int, kills: int, seed: int = 0) -> Seen:
    """All of it, on a gateway of its own."""
    chance, seen = random.Random(seed), Seen()  # noqa: S311 - to be the same again
    async with AsyncExitStack() as stack:
        settings = {"WAGATE_URL_ALLOW": "127.0.0.1"}
        gateway = await stack.enter_async_context(running(folder / "data", environment=settings))
        numbers = {f"s{place}": str(628_300_000_001 + place) for place in range(sessions)}
        for name, number in numbers.items():
            await gateway.log_in(name, number)
        writers = [str(629_300_000_001 + place) for place in range(min(_WRITERS, sessions))]
        for writer in writers:
            await gateway.control_post("/contacts", number=writer)
        port = free_port()
        wanted = {"url": f"http://127.0.0.1:{port}/in", "events": ["message.received"], "ordered": True}
        await gateway.call("POST", "/api/webhooks", json=wanted)
        after = str((await gateway.call("GET", "/api/events", params={"after": "latest"}))["next"])
        reading = asyncio.create_task(_read(gateway, after, seen))
        receiving = asyncio.create_task(_receive(port, seen, inbound, kills))
        order = chance.sample(_PARTS * kills, len(_PARTS) * kills)
        killing = asyncio.create_task(_kill(gateway, seen, inbound, order))
        try:
            await _say(gateway, seen, numbers, writers, inbound)
            await killing
            async with asyncio.timeout(_COMES_WITHIN):
                while len(seen.read) < inbound or len(seen.received) < inbound or seen.kills["receiver"] < kills:
                    await asyncio.sleep(0.5)
        except TimeoutError:
            pass  # what is missing is said
        finally:
            for task in (reading, receiving, killing):
                task.cancel()
            await asyncio.gather(reading, receiving, killing, return_exceptions=True)
        if missing := set(seen.said) - set(seen.received.values()):
            seen.where = await _found(gateway, sorted(missing), list(numbers), after)
    return seen


async def _found(gateway: Gateway, missing: Sequence[str], sessions: Sequence[str], after: str) -> dict[str, list[str]]:
    """Where texts are that did not come: in the inbox, in the log of events when it is read once more."""
    kept = {each["message"] for name in sessions for each in await _all(gateway, {"sessionId": name}, "before", None)}
    told = {each["data"]["message"] for each in await _all(gateway, {"types": "message.received"}, "after", after)}
    return {
        text: [place for place, texts in (("the inbox", kept), ("the log", told)) if text in texts] for text in missing
    }


async def _all(gateway: Gateway, query: dict[str, str], cursor: str, at: str | None) -> list[dict[str, Any]]:
    """Every page of an inbox, or of the log."""
    path, what = ("/api/incoming-messages", "messages") if cursor == "before" else ("/api/events", "events")
    found: list[dict[str, Any]] = []
    while True:
        page = await gateway.call("GET", path, params=query | ({cursor: at} if at else {}))
        found += page[what]
        at = page["next"]
        if not page[what] or at is None:
            return found


async def _say(gateway: Gateway, seen: Seen, numbers: dict[str, str], writers: list[str], inbound: int) -> None:
    """Each writer to its sessions in turn: what one session gets has an order."""

    async def write(place: int) -> None:
        mine = list(numbers.values())[place :: len(writers)]
        for number in range(place, inbound, len(writers)):
            text = f"n{number}"
            to = mine[number // len(writers) % len(mine)]
            await gateway.control_post(f"/contacts/{writers[place]}/send", to=to, text=text)
            seen.said.append(text)

    await asyncio.gather(*(write(place) for place in range(len(writers))))


async def _read(gateway: Gateway, after: str, seen: Seen) -> None:
    """The cursor API, from page to page, over every death of it."""
    while True:
        with suppress(RuntimeError, aiohttp.ClientError, TimeoutError):
            query = {"after": after, "types": "message.received", "wait": "2"}
            page = await gateway.call("GET", "/api/events", params=query)
            seen.read += page["events"]
            after = str(page["next"])
            continue
        await asyncio.sleep(0.2)


async def _receive(port: int, seen: Seen, inbound: int, kills: int) -> None:
    """The receiver: now and then it is gone for a moment, with what it had taken noted, and comes back."""
    while True:
        ends_at = inbound * (seen.kills["receiver"] + 1) // (kills + 1)
        with ExitStack() as ended:
            async with receiver(port) as one:
                ended.callback(seen.take, one)  # with what it answered while it ended
                while seen.kills["receiver"] >= kills or len(seen.said) < ends_at:
                    await asyncio.sleep(0.1)
                    seen.take(one)
                    one.got.clear()
        seen.kills["receiver"] += 1
        await asyncio.sleep(_AWAY)


async def _kill(gateway: Gateway, seen: Seen, inbound: int, order: Sequence[str]) -> None:
    """One part after the other, while messages come; `wagate sandbox` starts what it started again."""
    for place, part in enumerate(order):
        while len(seen.said) < inbound * (place + 1) // (len(order) + 1):
            await asyncio.sleep(0.05)
        async with asyncio.timeout(60):
            while not (found := those_that_run(children_of(gateway.pid), part)):
                await asyncio.sleep(0.1)
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        seen.kills[part] += 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.webhook_kills", description=__doc__)
    parser.add_argument("--inbound", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wagate-webhooks-") as folder:
        seen = asyncio.run(
            run(
                Path(folder),
                inbound=options.inbound,
                sessions=options.sessions,
                kills=options.kills,
                seed=options.seed,
            )
        )
    print(f"{seen.summary()}, {time.monotonic() - begun:.0f} s")
    for wrong in seen.wrong:
        print(f"WRONG: {wrong}")
    return 1 if seen.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
