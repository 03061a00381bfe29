"""Pages, server-sent events and a WebSocket, read side by side, give the same events once, whatever is killed."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.settings import StoreSettings
from tests.emulators.nats_process import NatsServer, free_port
from tests.functions.conftest import ADMIN, Api
from tests.functions.events.logged import Logged, Tenant, message, texts
from tests.launched import environment

WITHIN = 90.0
LAST = "the last one"
AWAY = (httpx.HTTPError, WebSocketException, OSError, TimeoutError)

Event = dict[str, Any]


class Reader:
    """Keeps what came, and goes on behind it until the last one is there."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @property
    def after(self) -> dict[str, str]:
        """Where to go on; at first from the oldest."""
        return {"after": self.events[-1]["cursor"]} if self.events else {}

    @property
    def done(self) -> bool:
        return bool(self.events) and self.events[-1]["data"]["message"] == LAST

    async def read(self, once: Callable[["Reader"], Awaitable[None]]) -> list[Event]:
        """Everything, however often the other side is away."""
        while not self.done:
            with suppress(*AWAY):
                await once(self)
            await asyncio.sleep(0.05)
        return self.events


async def polls(port: int, tenant: Tenant, reader: Reader) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=tenant.headers, timeout=10) as http:
        answer = await http.get("/api/events", params={"wait": 2, "limit": 7, **reader.after})
        reader.events += answer.raise_for_status().json()["events"]


async def streams(port: int, tenant: Tenant, reader: Reader) -> None:
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=tenant.headers, timeout=20) as http,
        http.stream("GET", "/api/events/stream", params=reader.after) as answer,
    ):
        async for line in answer.raise_for_status().aiter_lines():
            if line.startswith("data: ") and "cursor" in (event := json.loads(line.removeprefix("data: "))):
                reader.events.append(event)
            if reader.done:
                return


async def sockets(port: int, tenant: Tenant, reader: Reader) -> None:
    address = f"ws://127.0.0.1:{port}/api/events/ws?{httpx.QueryParams({'window': 5, **reader.after})}"
    async with connect(address, additional_headers=tenant.headers, proxy=None) as ws:
        while not reader.done:
            said = json.loads(await ws.recv())
            if "data" in said:
                reader.events.append(said)
                await ws.send(json.dumps({"ack": said["cursor"]}))


async def test_every_way_gives_the_same_events_once(own_nats: NatsServer, tmp_path: Path) -> None:
    """While the API is killed twice and NATS twice: the same ids in the same order, and nothing of it again."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"WAGATE_DATA_DIR": str(tmp_path), "WAGATE_NATS_URL": own_nats.url, "WAGATE_PORT": str(port)}

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "functions"], env=environment(WAGATE_ADMIN_KEY=ADMIN, **settings)
        )

    api = started()
    bus = await NatsBus.connect(own_nats.url, name="test-shard")
    try:
        async with (
            open_stores(StoreSettings(data_dir=tmp_path, nats_url=own_nats.url)) as stores,
            httpx.AsyncClient(base_url=url) as http,
            asyncio.timeout(WITHIN),
        ):
            written = Logged(Api(http, stores, None), bus.event_log(StreamLimits(max_bytes=64 * 1024**2)))  # type: ignore[arg-type]
            tenant = await written.tenant()
            sent = [str(n) for n in range(60)]
            ways = [
                asyncio.create_task(Reader().read(lambda r, way=way: way(port, tenant, r)))
                for way in (polls, streams, sockets)
            ]
            for place in range(0, 60, 15):
                await written.put(tenant, *map(message, sent[place : place + 8]))
                if place % 30:
                    own_nats.kill()
                    own_nats.start()
                else:
                    api.send_signal(signal.SIGKILL)
                    api.wait()
                    api = started()
                await written.put(tenant, *map(message, sent[place + 8 : place + 15]))
            await written.put(tenant, message(LAST))
            polled, streamed, by_socket = await asyncio.gather(*ways)
    finally:
        await bus.close()
        api.kill()
        api.wait()
    assert texts(polled) == [*sent, LAST]
    assert polled == streamed == by_socket
    assert len({event["id"] for event in polled}) == len(polled)
