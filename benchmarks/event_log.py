"""`python -m benchmarks.event_log`: how many events a second one process gets acknowledged by the log of events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.events.model import Publication
from tests.emulators import servers

_EVENTS, _BATCH = 2_000, 500
_SESSIONS = (1, 50)
_BODY = (
    b'{"kind":"message_received","at":1764000000000,"id":"3EB0ABCDEF0123456789","chat":"628111222333@s.whatsapp.net",'
    b'"from_number":"628111222333","from_lid":null,"from_me":false,"timestamp":1764000000,"type":"text",'
    b'"push_name":"Toko","content":{"message":"hello there"}}'
)


@contextmanager
def _one(config: str | None) -> Generator[str]:
    with servers.nats_server(jetstream=True, config=config) as server:
        yield server.url


@contextmanager
def _three() -> Generator[str]:
    with servers.nats_cluster() as cluster:
        yield cluster.url


async def _measure(name: str, url: str, replicas: int) -> None:
    bus = await NatsBus.connect(url, name="benchmark")
    log = bus.event_log(StreamLimits(replicas=replicas))
    number = 0
    for sessions in _SESSIONS:
        began = time.perf_counter()
        for _ in range(_EVENTS // _BATCH):
            batch = [
                Publication("benchmark", number + n, f"ses_{n % sessions}", "message_received", _BODY, "key_a")
                for n in range(_BATCH)
            ]
            number += _BATCH
            while (outcome := await log.publish(batch)).failure or len(outcome.published) < len(batch):
                done = set(outcome.published)
                batch = [event for event in batch if event not in done]
        seconds = time.perf_counter() - began
        print(f"{name}, {sessions} sessions: {_EVENTS / seconds:,.0f} events/s")
    await bus.close()


async def main() -> None:
    """One server that syncs every write, one as it comes, three with a copy each."""
    print(f"{len(_BODY)} bytes an event, {_EVENTS} events")
    with _one("jetstream { sync_interval: always }") as url:
        await _measure("one server, sync_interval: always", url, 1)
    with _one(None) as url:
        await _measure("one server, NATS' default", url, 1)
    with _three() as url:
        await _measure("three servers, R3", url, 3)


if __name__ == "__main__":
    asyncio.run(main())
