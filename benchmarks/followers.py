"""`python -m benchmarks.followers`: how late events come to many who follow them, of whom some read nothing.

Rounds in turns against one process of the API: all of them read, or some do not. For each: from publishing an event to
having it, over all who read, and the memory of the API meanwhile. Nothing is written but to stdout.
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
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import httpx
import psutil

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
_PATHS = {"sse": "/api/events/stream", "ws": "/api/events/ws"}
_FIRST = {"sse": b"events follow", "ws": b'"type":"begin"'}
_WITHIN = 240.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured."""

    kind: str
    readers: int
    stuck: int
    events: int
    rate: float
    rounds: int


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

    async def opened(self, kind: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A stream that has begun, with a small window."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        connection.setblocking(False)  # noqa: FBT003 - socket's
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=connection, limit=16_384)
        lines = [f"GET {_PATHS[kind]}?after=latest HTTP/1.1", "Host: x", f"X-API-Key: {self.secret}"]
        if kind == "ws":
            nonce = base64.b64encode(os.urandom(16)).decode()
            lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
            lines += [f"Sec-WebSocket-Key: {nonce}"]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(_WITHIN):
            await reader.readuntil(_FIRST[kind])
        return reader, writer


async def _read(reader: asyncio.StreamReader, events: int) -> list[float]:
    """How late so many events were, in seconds."""
    late: list[float] = []
    left = b""
    while len(late) < events:
        part = await reader.read(65_536)
        if not part:
            raise EOFError("cut off")
        left, last = left + part, 0
        for found in _SENT_AT.finditer(left):
            late.append(time.time() - int(found[1]) / 1e6)
            last = found.end()
        left = left[last:][-4_096:]
    return late


async def _round(api: Api, asked: Asked, stuck: int) -> None:
    async with AsyncExitStack() as stack:
        readers: list[asyncio.StreamReader] = []
        for number in range(asked.readers + stuck):
            reader, writer = await api.opened(asked.kind)
            stack.callback(writer.close)
            if number >= stuck:  # of the others nothing is read: the buffer of a reader takes 32 KiB, and then no more
                readers.append(reader)
        before = most = api.memory
        reading = [asyncio.create_task(_read(reader, asked.events)) for reader in readers]
        for _ in range(asked.events):
            began = time.monotonic()
            await api.publish()
            most = max(most, api.memory)
            await asyncio.sleep(max(1 / asked.rate - (time.monotonic() - began), 0))
        async with asyncio.timeout(_WITHIN):
            late = [each for one in await asyncio.gather(*reading) for each in one]
        cut = quantiles(late, n=100)
        sys.stdout.write(
            f"{asked.kind}: {len(readers)} read, {stuck} do not: p50 {cut[49] * 1000:.0f} ms, "
            f"p99 {cut[98] * 1000:.0f} ms, {len(late):,} had, API {before:.0f} to {max(most, api.memory):.0f} MB\n"
        )


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
    with tempfile.TemporaryDirectory() as folder, servers.nats_server(jetstream=True) as nats:
        async with _running(Path(folder), nats.url) as api:
            for stuck in (0, asked.stuck) * asked.rounds:
                await _round(api, asked, stuck)


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m benchmarks.followers", description=__doc__)
    options.add_argument("--kind", choices=sorted(_PATHS), default="sse")
    options.add_argument("--readers", type=int, default=990)
    options.add_argument("--stuck", type=int, default=10)
    options.add_argument("--events", type=int, default=100)
    options.add_argument("--rate", type=float, default=4.0, help="events a second")
    options.add_argument("--rounds", type=int, default=1)
    asyncio.run(main(Asked(**vars(options.parse_args()))))
