"""A gateway whose every part is a container of the project's own images."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from cli.gateway.ports import free_port
from sandbox.environment import SandboxAddresses
from shared.settings import StoreSettings
from tests.chaos.customer import Customer, Send
from tests.chaos.emulated import emulated
from tests.chaos.field import empty_stores
from tests.chaos.whatsapp import WhatsApp
from tests.emulators import servers
from tests.images.engine import Container, Engine

_READY_WITHIN = 90.0
_LOOK_EVERY, _BETWEEN_SENDS = 0.2, 0.1
_USER = 10001
_NODES = 3
_HOST_ID = "/var/lib/wagate/host-id"


@dataclass(slots=True)
class Gateway:
    """Everything that runs."""

    url: str
    admin_key: str
    stores: StoreSettings
    whatsapp: WhatsApp
    hosts: list[Container]
    customer: Customer
    numbers: dict[str, str] = field(default_factory=dict[str, str])
    """Of the logged-in sessions: number -> name."""

    async def log_in(self, count: int) -> None:
        """Pair so many sessions."""
        for place in range(count):
            name, number = f"session-{place}", f"6282{place:08d}"
            await self.whatsapp.post("/phones", number=number)
            await self.whatsapp.post(f"/phones/{number}/scan", qr=await self.customer.qr(name))
            await self.customer.until_connected(name)
            self.numbers[number] = name

    async def held(self) -> Counter[str]:
        """How many sessions each host holds, by the host's id."""
        async with emulated("dynamodb", self.stores) as dynamodb:
            rows = await dynamodb.scan(TableName=f"{self.stores.table_prefix}sessions", ConsistentRead=True)
        return Counter(row["owner"]["S"].rsplit("-", 1)[0] for row in rows["Items"] if "owner" in row)

    async def busiest(self) -> Container:
        """The host that holds most sessions."""
        held = await self.held()
        ids = [(await host.engine.run("podman", "exec", host.name, "cat", _HOST_ID)).strip() for host in self.hosts]
        return max(zip(ids, self.hosts, strict=True), key=lambda each: held[each[0]])[1]

    async def until_leases(self, count: int) -> None:
        """Return when so many shards live; raises TimeoutError."""
        async with asyncio.timeout(_READY_WITHIN), emulated("dynamodb", self.stores) as dynamodb:
            while True:
                rows = await dynamodb.scan(TableName=f"{self.stores.table_prefix}leases", ConsistentRead=True)
                if sum(not row["dead"]["BOOL"] for row in rows["Items"]) == count:
                    return
                await asyncio.sleep(_LOOK_EVERY)

    async def connected_after(self, moment: float) -> float:
        """Seconds from a moment until every device that lost its connection has another; raises TimeoutError."""
        async with asyncio.timeout(_READY_WITHIN):
            while True:
                since = dict(await self.whatsapp.alive())
                if self.numbers.keys() <= since.keys():
                    return max(0.0, *(since[number] - moment for number in self.numbers))
                await asyncio.sleep(_LOOK_EVERY)

    async def send_until(self, over: asyncio.Event) -> Counter[str]:
        """Outcomes of messages that every session sends one after the other, each repeated until it ends."""
        outcomes: Counter[str] = Counter()

        async def send(name: str, sink: str) -> None:
            while not over.is_set():
                message = Send(name, sink, "while hosts are replaced")
                await self.customer.send(message)
                outcomes[message.outcome] += 1
                await asyncio.sleep(_BETWEEN_SENDS)

        sinks = await self.whatsapp.sinks(len(self.numbers))
        await asyncio.gather(*(send(name, sink) for name, sink in zip(self.numbers.values(), sinks, strict=True)))
        return outcomes


@asynccontextmanager
async def running_gateway(engine: Engine) -> AsyncGenerator[Gateway]:
    """All of it, ready; every container is removed with the context.

    Raises:
        TimeoutError: it did not get ready, or what was done with it took too long; the end of each container's log is
            printed.
    """
    made: list[Container] = []
    async with AsyncExitStack() as stack:
        started = stack.enter_context(ExitStack())
        endpoint = await asyncio.to_thread(started.enter_context, servers.ministack_server())
        stores = await empty_stores(endpoint)
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))

        async def run(container: Container) -> Container:
            stack.push_async_callback(container.remove)
            made.append(container)
            await container.start()
            return container

        try:
            async with asyncio.timeout(_READY_WITHIN):
                ready = await _ready(engine, stores, http, run)
            yield ready
        except TimeoutError:
            for container in made:
                print(f"--- {container.name}\n{await container.log()}")
            raise


async def _ready(
    engine: Engine,
    stores: StoreSettings,
    http: aiohttp.ClientSession,
    run: Callable[[Container], Awaitable[Container]],
) -> Gateway:
    admin_key = secrets.token_urlsafe(24)
    nats = await _nats(engine, run)
    addresses = await _sandbox(engine, run)
    kept = engine.folder / "sandbox"
    common = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "WAGATE_STORE": "dynamodb",
        "WAGATE_AWS_ENDPOINT_URL": str(stores.aws_endpoint_url),
        "WAGATE_TABLE_PREFIX": stores.table_prefix,
        "WAGATE_BUCKET": stores.bucket,
        "WAGATE_NATS_URL": ",".join(f"nats://127.0.0.1:{port}" for port in nats),
    }
    of_host = {
        **common,
        **addresses.shard_environment(),
        "WAGATE_SHARD_LAUNCHER": "sandbox.trust",
        "WAGATE_AUTH_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "WAGATE_EVENTS_REPLICAS": str(_NODES),
    }
    hosts = [
        await run(Container(engine, f"wagate-host-{n}", "sandbox", ["session_host"], of_host, {kept: "/data:ro"}))
        for n in range(2)
    ]
    port = free_port()
    of_api = {"WAGATE_HOST": "127.0.0.1", "WAGATE_PORT": str(port), "WAGATE_ADMIN_KEY": admin_key}
    await run(Container(engine, "wagate-api", "api", ["functions"], common | of_api))
    customer = Customer(http, [f"http://127.0.0.1:{port}"])
    await customer.until_ready()
    await customer.make_key(admin_key)
    made = Gateway(customer.urls[0], admin_key, stores, WhatsApp(addresses, http), hosts, customer)
    await made.until_leases(len(hosts))
    return made


async def _nats(engine: Engine, run: Callable[[Container], Awaitable[Container]]) -> list[int]:
    """The ports of a cluster."""
    ports, routes = [free_port() for _ in range(_NODES)], [free_port() for _ in range(_NODES)]
    others = ",".join(f"nats://127.0.0.1:{port}" for port in routes)
    for number, (port, route) in enumerate(zip(ports, routes, strict=True)):
        command = [
            *("--jetstream", "--store_dir", "/data", "--name", f"n{number}", "--addr", "127.0.0.1"),
            *("--port", str(port), "--cluster_name", "wagate", "--cluster", f"nats://127.0.0.1:{route}"),
            *("--routes", others, "--no_advertise"),
        ]
        await run(Container(engine, f"wagate-nats-{number}", "nats", command))
    return ports


async def _sandbox(engine: Engine, run: Callable[[Container], Awaitable[Container]]) -> SandboxAddresses:
    """Where it listens; its folder is a mount, since hosts have to trust the certificate in it."""
    kept, control, proxy = engine.folder / "sandbox", free_port(), free_port()
    kept.mkdir()
    os.chown(kept, _USER, _USER)
    engine.folder.chmod(0o755)
    command = ["sandbox", "--control-port", str(control), "--proxy-port", str(proxy)]
    command += ["--data", "/data", "--ready-file", "/data/ready.json"]
    await run(Container(engine, "wagate-sandbox", "sandbox", command, mounts={kept: "/data"}))
    while not (kept / "ready.json").exists():
        await asyncio.sleep(_LOOK_EVERY)
    return SandboxAddresses.load(kept / "ready.json")
