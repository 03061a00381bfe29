"""`python -m benchmarks.crashes`: what a caller sees of a shard that is killed while messages are under way.

Each scenario is a function that the end-to-end tests call once and this command calls as often as it is told; the
last line of a scenario is its sum over all rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import aiohttp
import psutil

from benchmarks import gateway as gateways
from benchmarks.gateway import Gateway
from benchmarks.heard import fate, until_heard
from benchmarks.processes import kind_of

T = TypeVar("T")

_ATTEMPT_PAUSE = 0.05
_SEND_LIMIT = 120
_ARRIVAL_LIMIT = 30
_AT_ONCE = 100
_WORTH_REPEATING = {
    "WA_DISCONNECTED",
    "NO_HOST",
    "SEND_IN_FLIGHT",
    "BUS_UNAVAILABLE",
    "STORE_UNAVAILABLE",
    "MESSAGE_EXPIRED",
}

Kills = Sequence[tuple[int, Callable[[Gateway], object]]]
"""After how many messages have ended, and what is killed then."""
_TEXT: Mapping[str, object] = {"message": "exactly once"}


def shard_of(gateway: Gateway) -> psutil.Process:
    """The shard that runs now."""
    return next(
        process for process in psutil.Process(gateway.pid).children(recursive=True) if kind_of(process) == "shard"
    )


def kill_shard(gateway: Gateway, with_signal: signal.Signals = signal.SIGKILL) -> int:
    """Kill the shard that runs now; its pid."""
    shard = shard_of(gateway)
    shard.send_signal(with_signal)
    return shard.pid


@dataclass(frozen=True, slots=True)
class Sends:
    """How a round of sends ended. `doubled`: arrived more than once; `lost`: answered with success, did not arrive."""

    sent: int
    unknown: int
    unknown_arrived: int
    lost: int
    doubled: int
    other: dict[str, int]


async def kill_while_sending(gateway: Gateway, sessions: list[str], sends: int) -> Sends:
    """Each message goes to a recipient of its own and is repeated until it ends; the shard is killed half-way."""
    pairs = [(sessions[place % len(sessions)], sink) for place, sink in enumerate(await gateway.sinks(sends))]
    return await kill_while(gateway, pairs, [(sends // 2, kill_shard)], at_once=_AT_ONCE)


async def kill_in_flight(gateway: Gateway, sessions: list[str], known: list[str], kill_after: int) -> Sends:
    """The shard is killed while messages of every session are on their way, one to somebody new and one to `known`.

    Args:
        gateway: where.
        sessions: the senders.
        known: for each of them somebody that it has written to before.
        kill_after: how many messages have ended by then.
    """
    new = await gateway.sinks(len(sessions))
    # Which one is the first of a session changes, so that both are in the library's hands at the kill.
    pairs = [
        (session, (new, known)[(place + turn) % 2][place])
        for turn in range(2)
        for place, session in enumerate(sessions)
    ]
    return await kill_while(gateway, pairs, [(kill_after, kill_shard)], at_once=len(pairs))


async def send_until_it_ends(
    gateway: Gateway,
    session: str,
    number: str,
    path: str = "/api/send-message",
    said: Mapping[str, object] = _TEXT,
) -> str:
    """Repeat one send under one Idempotency-Key until it is `sent` or has failed for good; that word."""
    headers = {"X-API-Key": gateway.key, "Idempotency-Key": str(uuid4())}
    body = {"sessionId": session, "number": number, **said}
    while True:
        try:
            async with gateway.http.post(f"{gateway.url}{path}", json=body, headers=headers) as answer:
                ended = await answer.json()
        except aiohttp.ClientError:
            ended = {}
        if ended.get("success") and ended["status"] in {"sent", "delivered", "read"}:
            return "sent"
        if ended.get("code", "NO_HOST") not in _WORTH_REPEATING:
            return str(ended["code"])
        await asyncio.sleep(_ATTEMPT_PAUSE)


async def kill_while(
    gateway: Gateway,
    pairs: list[tuple[str, str]],
    kills: Kills,
    *,
    at_once: int,
    send: Callable[[Gateway, str, str], Awaitable[str]] = send_until_it_ends,
) -> Sends:
    """Send from each session to its sink until that ends, and kill meanwhile."""
    room = asyncio.Semaphore(at_once)
    ended: Counter[str] = Counter()
    outcomes: dict[str, str] = {}
    before = {sink: await received(gateway, sink) for _, sink in pairs}

    async def deliver(session: str, sink: str) -> None:
        async with room:
            outcomes[sink] = await send(gateway, session, sink)
        ended[outcomes[sink]] += 1

    async def kill() -> None:
        for ended_by_then, what in kills:
            while ended.total() < ended_by_then:
                await asyncio.sleep(0.01)
            what(gateway)

    async with asyncio.timeout(_SEND_LIMIT), asyncio.TaskGroup() as tasks:
        tasks.create_task(kill())
        for session, sink in pairs:
            tasks.create_task(deliver(session, sink))
    arrived = {sink: await received(gateway, sink) - before[sink] for sink in outcomes}
    return Sends(
        sent=ended.pop("sent", 0),
        unknown=ended.pop("SEND_UNKNOWN", 0),
        unknown_arrived=sum(arrived[sink] for sink in outcomes if outcomes[sink] == "SEND_UNKNOWN"),
        lost=sum(outcomes[sink] == "sent" and arrived[sink] == 0 for sink in outcomes),
        doubled=sum(count > 1 for count in arrived.values()),
        other=dict(ended),
    )


async def received(gateway: Gateway, sink: str) -> int:
    """How many messages reached a sink."""
    async with gateway.http.get(f"{gateway.control}/sinks/{sink}") as answer:
        return int((await answer.json())["received"])


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many messages were sent to the gateway's numbers, and how many its inboxes show.

    What they do not show, each with its id and what WhatsApp saw of it, is in `in_the_gap` when the library had
    acknowledged it within half a second of a kill (the one gap there is: docs/session-host.md), else in `missing`.
    """

    sent: int
    shown: int
    shown_twice: int
    in_the_gap: list[str]
    missing: list[str]


async def kill_while_receiving(gateway: Gateway, sessions: dict[str, str], messages: int, kills: int) -> Arrivals:
    """A contact writes to every session (name -> number) in turn while the shard is killed again and again."""
    contact = "6290000000001"
    await gateway.control_post("/contacts", number=contact)
    names = list(sessions)
    texts: dict[str, str] = {}
    """Text -> WhatsApp's id."""
    killed_at: list[float] = []
    every = messages // (kills + 1)
    for place in range(1, messages + 1):
        text, to = f"{uuid4()}", sessions[names[place % len(names)]]
        texts[text] = (await gateway.control_post(f"/contacts/{contact}/send", to=to, text=text))["id"]
        if place % every == 0 and place // every <= kills:
            await kill_running_shard(gateway)
            killed_at.append(time.time())
    await until_heard(gateway, sessions.values(), set(texts.values()))
    counts = Counter(await _shown(gateway, names, texts.keys()))
    fates = [await fate(gateway, id_, killed_at) for text, id_ in texts.items() if text not in counts]
    return Arrivals(
        sent=messages,
        shown=len(counts.keys() & texts.keys()),
        shown_twice=sum(count > 1 for count in counts.values()),
        in_the_gap=[words for words, gap in fates if gap],
        missing=[words for words, gap in fates if not gap],
    )


async def kill_running_shard(gateway: Gateway) -> None:
    """Kill it as soon as there is one: it may not be back from the last time."""
    async with asyncio.timeout(_ARRIVAL_LIMIT):
        while True:
            try:
                kill_shard(gateway)
            except (StopIteration, psutil.NoSuchProcess):
                await asyncio.sleep(0.1)
            else:
                return


async def _shown(gateway: Gateway, names: list[str], wanted: AbstractSet[str]) -> list[str]:
    """What the inboxes show, once it has everything that is wanted or some time has passed without."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _ARRIVAL_LIMIT
    while True:
        shown = [message["message"] for name in names for message in await gateway.inbox(name)]
        if wanted <= set(shown) or loop.time() > until:
            return shown
        await asyncio.sleep(0.25)


async def logged_in(gateway: Gateway, count: int) -> dict[str, str]:
    """So many connected sessions: name -> number."""
    sessions = {f"session-{place}": f"6281{place:08d}" for place in range(count)}
    for name, number in sessions.items():
        await gateway.log_in(name, number)
    return sessions


async def main(arguments: argparse.Namespace) -> None:
    """Run the scenarios and print what was seen."""
    with tempfile.TemporaryDirectory(prefix="wagate-crashes-") as folder:
        async with gateways.running(Path(folder) / "data", program=arguments.program) as gateway:
            sessions = await logged_in(gateway, arguments.sessions)
            if arguments.only in {None, "sending"}:
                seen = [
                    await told("sending", kill_while_sending(gateway, list(sessions), arguments.messages))
                    for _ in range(arguments.rounds)
                ]
                print(f"sending: {len(seen)} rounds, {sum_of(seen)}")
            if arguments.only in {None, "in-flight"}:
                await _in_flight(gateway, list(sessions), arguments.rounds)
            if arguments.only in {None, "receiving"}:
                arrivals = [
                    await told(
                        "receiving", kill_while_receiving(gateway, sessions, arguments.messages, arguments.kills)
                    )
                    for _ in range(arguments.rounds)
                ]
                print(
                    f"receiving: {len(arrivals)} rounds, sent {sum(r.sent for r in arrivals)}, "
                    f"shown {sum(r.shown for r in arrivals)}, twice {sum(r.shown_twice for r in arrivals)}"
                )


async def _in_flight(gateway: Gateway, sessions: list[str], rounds: int) -> None:
    known = await gateway.sinks(len(sessions))
    for session, sink in zip(sessions, known, strict=True):
        await gateway.send_many(session, sink, 1)
    seen: list[Sends] = []
    for place in range(rounds):
        # From none to half of them: at the kill there are sends at every step.
        kill_after = place * len(sessions) // rounds
        seen.append(await told("in flight", kill_in_flight(gateway, sessions, known, kill_after)))
        for session in sessions:
            await gateway.until_connected(session)
    in_flight = sum(2 * len(sessions) - place * len(sessions) // rounds for place in range(rounds))
    print(f"in flight: {rounds} rounds, about {in_flight} in flight at the kill, {sum_of(seen)}")


async def told(what: str, scenario: Coroutine[Any, Any, T]) -> T:
    """What a scenario saw, once it is printed."""
    seen = await scenario
    print(f"{what}: {seen}", flush=True)
    return seen


def sum_of(seen: list[Sends]) -> str:
    """Of all rounds, in words."""
    return (
        f"sent {sum(r.sent for r in seen)}, lost {sum(r.lost for r in seen)}, doubled {sum(r.doubled for r in seen)}, "
        f"unknown {sum(r.unknown for r in seen)} (of them {sum(r.unknown_arrived for r in seen)} had arrived), "
        f"other {dict(sum((Counter(r.other) for r in seen), Counter()))}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crashes", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", choices=("sending", "in-flight", "receiving"))
    parser.add_argument("--messages", type=int, default=500, help="of a round; in flight are two for each session")
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--kills", type=int, default=2, help="of the shard in a round of receiving")
    parser.add_argument("--program", type=Path, default=gateways.WAGATE, help="`wagate` of another checkout")
    sys.exit(asyncio.run(main(parser.parse_args())))
