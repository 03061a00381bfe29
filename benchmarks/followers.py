"""`python -m benchmarks.followers`: how late events come to many who follow them, while some read nothing.

The many stay connected to one process of the API. A turn has three short rounds, each time in another order: two in
which all read, and one with some besides who ask for everything from the oldest event on and take nothing of it; it
begins when nothing more goes to those. The two that are alike say how much is noise.

An event is as late as it is at 99 of 100 of those who read. What is compared is the median of all events of a turn, and
what a processor of the API did for one reader to have one: with those who read nothing to without, and without to
without, in the median over the turns and with the middle half of them. Nothing is written but to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import re
import socket
import sys
import tempfile
import time
from asyncio.subprocess import create_subprocess_exec
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import httpx
import psutil
import uvloop

from cli.gateway.ports import free_port
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Shown
from shared.events.model import Publication
from shared.ids import hash_api_key, new_api_key, new_key_id, now_ms
from shared.settings import StoreSettings
from shared.tenants.model import ApiKey
from tests.emulators import servers

_TEXT = "x" * 2_000
_SENT_AT = re.compile(rb'"message":"(\d+) x')
_PING = re.compile(rb"\x89\x04(.{4})", re.DOTALL)
"""As the API sends it; nothing else that it sends has these bytes, as all the rest is ASCII in frames of some kB."""
_PATHS = {"sse": "/api/events/stream", "ws": "/api/events/ws"}
_FIRST = {"sse": b"events follow", "ws": b'"type":"begin"'}
_WITHIN = 240.0
_BEFORE = 600
"""Events that are there at first: more than the buffers of a connection take."""
_STUCK_WITHIN = 20.0
_STILL = 0.5
"""Seconds with little work of the API after which nothing more goes to those who read nothing."""
_LITTLE = 0.05
_ORDERS = ("abs", "sba", "bsa", "asb")
"""Of the rounds of a turn: `s` is the one with those who read nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured."""

    kind: str
    readers: int
    stuck: int
    events: int
    rate: float
    turns: int


@dataclass(slots=True)
class Api:
    """The API, a key of it with a session, and the log behind it."""

    port: int
    process: psutil.Process
    log: NatsEventLog
    secret: str
    key_id: str
    uid: str
    published: int = 0

    @property
    def memory(self) -> float:
        """RSS, MB."""
        return self.process.memory_info().rss / 1e6

    async def publish(self) -> None:
        """Publish a message that says when it was."""
        self.published += 1
        now = time.time()
        event = MessageReceived(
            at=now_ms(),
            id=f"3EB0{self.published}",
            chat="628@s.whatsapp.net",
            from_number="628",
            from_lid=None,
            from_me=False,
            timestamp=round(now),
            type="text",
            content=Shown(message=f"{round(now * 1e6)} {_TEXT}"),
        )
        body = event.model_dump_json().encode()
        publication = Publication("bench", self.published, self.uid, event.kind, body, self.key_id)
        while not (await self.log.publish([publication])).published:
            pass

    @property
    def processor(self) -> float:
        """Seconds, user and system."""
        times = self.process.cpu_times()
        return times.user + times.system

    async def opened(self, kind: str, after: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A stream that has begun, with a small window; `after`: a query."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        connection.setblocking(False)  # noqa: FBT003 - socket's
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=connection, limit=16_384)
        lines = [f"GET {_PATHS[kind]}{after} HTTP/1.1", "Host: x", f"X-API-Key: {self.secret}"]
        if kind == "ws":
            nonce = base64.b64encode(os.urandom(16)).decode()
            lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
            lines += [f"Sec-WebSocket-Key: {nonce}"]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(_WITHIN):
            await reader.readuntil(_FIRST[kind])
        return reader, writer


@dataclass(slots=True)
class Readers:
    """Those who read."""

    late: dict[bytes, list[float]] = field(default_factory=lambda: defaultdict[bytes, list[float]](list))
    """By event, since the round began: how late it was at each of them, in seconds."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])
    """None of them ends."""

    async def read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """All that comes, and answer its pings; ends when it is cut off."""
        left = b""
        while part := await reader.read(65_536):
            left, last, now = left + part, 0, time.time()
            for found in _SENT_AT.finditer(left):
                self.late[found[1]].append(now - int(found[1]) / 1e6)
                last = found.end()
            for ping in _PING.finditer(left):
                writer.write(b"\x8a\x84" + bytes(4) + ping[1])
                last = max(last, ping.end())
            left = left[last:][-4_096:]

    async def have(self, events: int) -> None:
        """Return when each of them has so many."""
        async with asyncio.timeout(_WITHIN):
            while len(self.late) < events or any(len(late) < len(self.tasks) for late in self.late.values()):
                await asyncio.sleep(0.02)
                if any(task.done() for task in self.tasks):
                    raise EOFError("somebody who reads was cut off")


@dataclass(frozen=True, slots=True)
class Round:
    """What one came to: how late each event was, in ms; microseconds of a processor for one reader to have one; MB."""

    late: list[float]
    processor: float
    memory: float

    @property
    def p99(self) -> float:
        """How late an event was at 99 of 100 readers, in the median of the events."""
        return median(self.late)


async def _round(api: Api, asked: Asked, readers: Readers, stuck: int) -> Round:
    async with AsyncExitStack() as stack:
        for _ in range(stuck):  # the buffer of a reader takes 32 KiB, and then no more
            _, writer = await api.opened(asked.kind, "")
            stack.callback(writer.close)
        await _still(api)
        readers.late.clear()
        used, most = api.processor, api.memory
        for _ in range(asked.events):
            began = time.monotonic()
            await api.publish()
            most = max(most, api.memory)
            await asyncio.sleep(max(1 / asked.rate - (time.monotonic() - began), 0))
        await readers.have(asked.events)
        used = (api.processor - used) / (asked.events * asked.readers) * 1e6
        late = [quantiles(each, n=100)[98] * 1e3 for each in readers.late.values()]
        return Round(late, used, max(most, api.memory))


async def _still(api: Api) -> None:
    """Return when the API has nothing to do."""
    async with asyncio.timeout(_STUCK_WITHIN):
        while True:
            used = api.processor
            await asyncio.sleep(_STILL)
            if api.processor - used < _LITTLE * _STILL:
                return


def _say(rounds: dict[str, list[Round]], asked: Asked) -> None:
    for words, which in ((f"with {asked.stuck} who read nothing", "s"), ("without", "ab")):
        those = [each for kind in which for each in rounds[kind]]
        late = [one for each in those for one in each.late]
        cut = quantiles(late, n=20)
        sys.stdout.write(
            f"{asked.kind}, {asked.readers} read, {words}: an event is at 99 of 100 in {median(late):.1f} ms, "
            f"95 of 100 events in {cut[18]:.1f} ms; {median(each.processor for each in those):.1f} us of a processor "
            f"each, API {max(each.memory for each in those):.0f} MB ({len(late)} events)\n"
        )
    for name, of in (("at 99 of 100", "p99"), ("processor", "processor"), ("memory", "memory")):
        alike, stuck = list[float](), list[float]()
        for a, b, s in zip(rounds["a"], rounds["b"], rounds["s"], strict=True):
            first, second, third = (getattr(each, of) for each in (a, b, s))
            alike.append(second / first)
            stuck.append(third * 2 / (first + second))
        sys.stdout.write(f"{name}: with to without {_middle(stuck)}; without to without {_middle(alike)}\n")


def _middle(ratios: list[float]) -> str:
    """The median, and the middle half."""
    low, middle, high = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


@asynccontextmanager
async def _running(folder: Path, nats_url: str) -> AsyncGenerator[Api]:
    port = free_port()
    limits = {"WAGATE_CONNECTIONS_PER_ADDRESS": "5000", "WAGATE_STREAMS_PER_KEY": "5000"}
    own = {"WAGATE_DATA_DIR": str(folder), "WAGATE_NATS_URL": nats_url, "WAGATE_PORT": str(port)}
    process = await create_subprocess_exec(sys.executable, "-m", "functions", env={**os.environ, **own, **limits})
    bus = await NatsBus.connect(nats_url, name="benchmark")
    try:
        async with (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
            open_stores(StoreSettings(data_dir=folder, nats_url=nats_url)) as stores,
            asyncio.timeout(_WITHIN),
        ):
            while True:
                with suppress(httpx.TransportError):
                    await http.get("/health")
                    break
                await asyncio.sleep(0.1)
            secret, key_id = new_api_key(), new_key_id()
            await stores.keys.add(ApiKey(key_id, "benchmark", secret[:9], hash_api_key(secret), now_ms()))
            session, _ = await stores.sessions.get_or_create(key_id, "default", now=now_ms())
        log = bus.event_log(StreamLimits(max_bytes=64 * 1024**2))
        api = Api(port, psutil.Process(process.pid), log, secret, key_id, session.uid)
        await api.publish()
        yield api
    finally:
        await bus.close()
        process.terminate()
        await process.wait()


async def main(asked: Asked) -> None:
    """Without those who read nothing and with them, in turns."""
    rounds: dict[str, list[Round]] = {"a": [], "b": [], "s": []}
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        nats = stack.enter_context(servers.nats_server(jetstream=True))
        api = await stack.enter_async_context(_running(Path(folder), nats.url))
        for _ in range(_BEFORE):
            await api.publish()
        readers = Readers()
        for _ in range(asked.readers):
            reader, writer = await api.opened(asked.kind, "?after=latest")
            stack.callback(writer.close)
            task = asyncio.create_task(readers.read(reader, writer))
            stack.callback(task.cancel)
            readers.tasks.append(task)
        for turn in range(asked.turns):
            for which in _ORDERS[turn % len(_ORDERS)]:
                rounds[which].append(await _round(api, asked, readers, asked.stuck if which == "s" else 0))
            sys.stderr.write(f"turn {turn + 1} of {asked.turns}\n")
        _say(rounds, asked)


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m benchmarks.followers", description=__doc__)
    options.add_argument("--kind", choices=sorted(_PATHS), default="sse")
    options.add_argument("--readers", type=int, default=990)
    options.add_argument("--stuck", type=int, default=10)
    options.add_argument("--events", type=int, default=12, help="of a round")
    options.add_argument("--rate", type=float, default=4.0, help="events a second")
    options.add_argument("--turns", type=int, default=12)
    uvloop.run(main(Asked(**vars(options.parse_args()))))
