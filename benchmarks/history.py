"""`python -m benchmarks.history`: a phone brings its past to a gateway that has other things to do.

Other sessions send all the time: before, while the past comes, and after it, in one run. With `--kill` the shard is
killed half-way, and what is there in the end is compared with what the phone sent.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import gateway as gateways
from benchmarks.crashes import kill_shard, shard_of
from benchmarks.gateway import Gateway

_PHONE = "628777000001"
_SESSION = "past"
_WITHIN = 600.0
_LOOK_EVERY = 0.05
_SENDS_OF_A_TURN = 20
_SEARCHES = 100
_WORDS = ("garden", "party", "invoice", "cake sunday", "see you")
_MB = 1 << 20


@dataclass(slots=True)
class Memory:
    """RSS of the shard, in MB."""

    before: float = 0.0
    peak: float = 0.0
    after: float = 0.0


@dataclass(slots=True)
class Found:
    """What one run gave. Latencies are milliseconds."""

    before: list[float] = field(default_factory=list[float])
    during: list[float] = field(default_factory=list[float])
    after: list[float] = field(default_factory=list[float])
    searches: list[float] = field(default_factory=list[float])
    memory: Memory = field(default_factory=Memory)
    seconds: float = 0.0
    """From the scan to the end."""
    disk: float = 0.0
    """What the data folder has grown by, MB."""
    history: dict[str, Any] = field(default_factory=dict[str, Any])
    stored: int = 0
    doubled: int = 0


async def measure(gateway: Gateway, sessions: int, chats: int, messages: int, *, kill: bool = False) -> Found:
    """Bring so many messages in so many chats, while so many other sessions send."""
    found = Found()
    pairs = await _others(gateway, sessions)
    await _sends_while(gateway, pairs, found.before, _for(15.0))
    await gateway.control_post("/phones", number=_PHONE)
    async with gateway.http.post(
        f"{gateway.control}/phones/{_PHONE}/history", json={"chats": chats, "messages": messages}
    ) as made:
        made.raise_for_status()
    await gateway.call("POST", f"/api/sessions/{_SESSION}/start")
    await gateway.call("PATCH", f"/api/sessions/{_SESSION}/settings", json={"history": {"days": 3650}})
    size = await asyncio.to_thread(_size_of, gateway.data)
    found.memory.before = found.memory.peak = _rss(gateway)
    began = time.perf_counter()
    await gateway.log_in(_SESSION, _PHONE)
    await _sends_while(gateway, pairs, found.during, lambda: _ended(gateway, found, messages if kill else 0))
    found.seconds = time.perf_counter() - began
    found.memory.after = _rss(gateway)
    found.disk = (await asyncio.to_thread(_size_of, gateway.data) - size) / _MB
    await _sends_while(gateway, pairs, found.after, _for(15.0))
    for count in range(_SEARCHES):
        word, began = _WORDS[count % len(_WORDS)], time.perf_counter()
        await gateway.call("GET", "/api/search", params={"sessionId": _SESSION, "q": word, "limit": "50"})
        found.searches.append((time.perf_counter() - began) * 1e3)
    ids = await stored(gateway, _SESSION)
    found.stored, found.doubled = len(ids), sum(count - 1 for count in ids.values())
    return found


async def stored(gateway: Gateway, session: str) -> Counter[tuple[str, str]]:
    """How often each message is in a session's chats, by chat and WhatsApp's id."""
    found: Counter[tuple[str, str]] = Counter()
    for chat in await _pages(gateway, "/api/chats", "chats", session, "after"):
        path = f"/api/chats/{chat['chat']}/messages"
        found.update((chat["chat"], each["id"]) for each in await _pages(gateway, path, "messages", session, "before"))
    return found


async def _pages(gateway: Gateway, path: str, name: str, session: str, by: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await gateway.call("GET", path, params={"sessionId": session, "limit": "100", **cursor})
        found += page[name]
        if page["next"] is None:
            return found
        cursor = {by: page["next"]}


async def _others(gateway: Gateway, sessions: int) -> list[tuple[str, str]]:
    """Sessions that are connected, each with somebody to write to."""
    names = [f"other-{place}" for place in range(sessions)]
    for place, name in enumerate(names):
        await gateway.log_in(name, f"62866600{place:04d}")
    pairs = list(zip(names, await gateway.sinks(sessions), strict=True))
    await gateway.run(pairs, _SENDS_OF_A_TURN)
    return pairs


async def _sends_while(
    gateway: Gateway, pairs: list[tuple[str, str]], latencies: list[float], ended: Callable[[], Awaitable[bool]]
) -> None:
    """Every session sends one message after the other until it is over."""
    over = asyncio.Event()

    async def send(session: str, sink: str) -> None:
        while not over.is_set():
            try:
                latencies.extend(await gateway.send_many(session, sink, _SENDS_OF_A_TURN))
            except (RuntimeError, OSError):  # the shard was killed: until its session is connected again
                await asyncio.sleep(_LOOK_EVERY)

    async with asyncio.timeout(_WITHIN), asyncio.TaskGroup() as tasks:
        for session, sink in pairs:
            tasks.create_task(send(session, sink))
        while not await ended():
            await asyncio.sleep(_LOOK_EVERY)
        over.set()


def _for(seconds: float) -> Callable[[], Awaitable[bool]]:
    until = time.perf_counter() + seconds

    async def ended() -> bool:
        return time.perf_counter() >= until

    return ended


async def _ended(gateway: Gateway, found: Found, kill_within: int) -> bool:
    """Whether the past is there; kills the shard once when half of what there is to kill it in has come."""
    state = await gateway.call("GET", "/api/status", params={"sessionId": _SESSION})
    history = state.get("history", {})
    found.memory.peak = max(found.memory.peak, _rss(gateway))
    if kill_within and not found.history and history.get("messages", 0) >= kill_within // 3:
        found.history = history
        kill_shard(gateway)
        return False
    if history.get("state", "coming") == "coming":
        return False
    found.history = history
    return True


def _rss(gateway: Gateway) -> float:
    try:
        return shard_of(gateway).memory_info().rss / _MB
    except StopIteration:  # it was killed a moment ago
        return 0.0


def _size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def table(found: Found) -> str:
    """The figures, as lines of a page."""
    p50 = [median(each) for each in (found.before, found.during, found.after)]
    p95 = [quantiles(each, n=20)[18] for each in (found.before, found.during, found.after)]
    times = 2 * p50[1] / (p50[0] + p50[2])
    memory, first, searches = found.memory, found.searches[0], found.searches[1:]
    return f"""
| | before | while it comes | after |
|---|---:|---:|---:|
| sends of others, p50 ms | {p50[0]:.2f} | {p50[1]:.2f} ({times:.2f} x) | {p50[2]:.2f} |
| sends of others, p95 ms | {p95[0]:.2f} | {p95[1]:.2f} | {p95[2]:.2f} |
| RSS of the shard, MB | {memory.before:.0f} | {memory.peak:.0f} at most | {memory.after:.0f} |

{found.seconds:.1f} s from the scan to the end: {found.history}. {found.stored} messages in chats, {found.doubled} of
them twice. {found.disk:.1f} MB more on the disk. The first search: {first:.0f} ms; then p50 {median(searches):.1f} ms,
the longest of {len(searches)} {max(searches):.1f} ms."""


async def main(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="wagate-history-") as folder:
        async with gateways.running(Path(folder) / "gateway") as gateway:
            wanted = arguments.sessions, arguments.chats, arguments.messages
            print(table(await measure(gateway, *wanted, kill=arguments.kill)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--sessions", type=int, default=10, help="others that send meanwhile")
    parser.add_argument("--chats", type=int, default=300)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--kill", action="store_true", help="the shard, half-way")
    asyncio.run(main(parser.parse_args()))
