"""The field: stores, NATS, a sandbox WhatsApp, session hosts and API processes, all real, all on this machine."""

from __future__ import annotations

import asyncio
import base64
import random
import shutil
import sys
import tempfile
import uuid
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import aiohttp

from cli.gateway.ports import free_port
from shared.adapters.dynamodb.tables import create_tables
from shared.settings import StoreSettings
from tests.chaos.customer import Customer
from tests.chaos.emulated import emulated
from tests.chaos.machine import Host, Machine, ways
from tests.chaos.own_clock import OwnClock
from tests.chaos.small_disk import SmallDisk
from tests.chaos.whatsapp import WhatsApp, running_whatsapp
from tests.emulators import servers
from tests.emulators.lagging_indexes import LaggingIndexes, lagging_indexes
from tests.emulators.nats_process import NatsServer
from tests.launched import environment

_READY_WITHIN = 60.0
_ADMIN_KEY = "admin-key-of-the-chaos-tests-0123456789"
_AUTH_KEY = base64.b64encode(bytes(32)).decode()
"""One for all hosts: each has to read what the others kept."""
_M = TypeVar("_M", bound=Machine)


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a field is, and how its programs are set beside what leads them to each other."""

    hosts: int = 2
    apis: int = 2
    sessions: int = 4
    seed: int = 0
    disk_mib: int | None = None
    """Size of the file system that each host has for itself, where one may be mounted; None: the machine's."""
    own_clocks: bool = False
    """Whether the time of day of each host can be set."""
    code: Path | None = None
    """The checkout whose hosts and APIs begin; None: this one."""
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    """More settings of hosts and APIs, by the names of their environment variables."""


@dataclass(slots=True)
class Field:
    """Everything that runs."""

    folder: Path
    stores: StoreSettings
    """How the field itself reaches the stores, past every fault."""
    nats: list[NatsServer]
    whatsapp: WhatsApp
    hosts: list[Host]
    apis: list[Machine]
    customer: Customer
    indexes: LaggingIndexes
    numbers: dict[str, str] = field(default_factory=dict[str, str])
    """Of the logged-in sessions: name -> number."""

    @property
    def machines(self) -> list[Machine]:
        """Every machine."""
        return [*self.hosts, *self.apis]

    async def log_in(self, count: int) -> None:
        """Pair sessions with phones of their own and wait until they are connected."""
        for place in range(len(self.numbers), len(self.numbers) + count):
            name, number = f"session-{place}", f"6281{place:08d}"
            await self.whatsapp.post("/phones", number=number)
            await self.whatsapp.post(f"/phones/{number}/scan", qr=await self.customer.qr(name))
            await self.customer.until_connected(name)
            self.numbers[name] = number

    async def busiest(self) -> Host:
        """The host that holds most sessions, by their rows."""
        held = await self.held()
        return max(self.hosts, key=lambda host: len(held[host.host_id()]))

    async def held(self) -> defaultdict[str, list[str]]:
        """Names of the sessions that each host holds, by its id."""
        async with emulated("dynamodb", self.stores) as dynamodb:
            rows = await dynamodb.scan(TableName=f"{self.stores.table_prefix}sessions", ConsistentRead=True)
        held: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows["Items"]:
            if "owner" in row:  # a shard: its host and a number
                held[row["owner"]["S"].rsplit("-", 1)[0]].append(row["name"]["S"])
        return held

    def heal(self) -> None:
        """Take back every fault of the ways; what was killed or frozen stays so."""
        for machine in self.machines:
            machine.ways.heal()
        self.indexes.longest = 0.0


@asynccontextmanager
async def running_field(
    plan: Plan, *, endpoint: str | None = None, nats: Sequence[NatsServer] = ()
) -> AsyncGenerator[Field]:
    """A field with its sessions logged in; everything is ended with the context.

    Its folder, with every log, is removed after a good end and kept after an error, which says where it is.

    Args:
        plan: how large.
        endpoint: of a running ministack; one is started when it is not given.
        nats: the servers of a running cluster, which must not tell clients of each other (`no_advertise`): they would
            go past the links. One server is started when none is given.
    """
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="wagate-chaos-"))
    try:
        async with AsyncExitStack() as stack:
            made = await _made(plan, folder, endpoint, list(nats), stack)
            await made.log_in(plan.sessions)
            yield made
    except BaseException:
        sys.stderr.write(f"chaos: the logs are in {folder}\n")
        raise
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _made(plan: Plan, folder: Path, endpoint: str | None, nats: list[NatsServer], stack: AsyncExitStack) -> Field:
    started = stack.enter_context(ExitStack())
    if endpoint is None:
        endpoint = await asyncio.to_thread(started.enter_context, servers.ministack_server())
    if not nats:
        nats = [await asyncio.to_thread(started.enter_context, servers.nats_server(jetstream=True))]
    stores = await empty_stores(endpoint)
    http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    whatsapp = await stack.enter_async_context(running_whatsapp(folder / "sandbox", http))
    settings = {
        **environment(),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "WAGATE_STORE": "dynamodb",
        "WAGATE_TABLE_PREFIX": stores.table_prefix,
        "WAGATE_BUCKET": stores.bucket,
        "WAGATE_AUTH_KEY": _AUTH_KEY,
        "PYTHONUNBUFFERED": "1",
    }
    chance = random.Random(plan.seed)  # noqa: S311 - it has to be the same again

    late = random.Random(chance.random())  # noqa: S311 - likewise
    indexes = await stack.enter_async_context(lagging_indexes(endpoint, late))

    async def machine(kind: type[_M], name: str, module: str, more: Mapping[str, str]) -> _M:
        own_chance = random.Random(chance.random())  # noqa: S311 - likewise
        reached = await stack.enter_async_context(ways([server.port for server in nats], endpoint, own_chance, indexes))
        clock = OwnClock.right(folder / f"{name}.clock") if kind is Host and plan.own_clocks else None
        at = clock.settings() if clock else {}
        made = kind(module, {**settings, **more, **plan.settings, **at}, folder / name, reached)
        if isinstance(made, Host):
            made.clock = clock
            made.disk = await SmallDisk.mount(made.data, plan.disk_mib) if plan.disk_mib else None
            if made.disk is not None:
                stack.push_async_callback(made.disk.unmount)
        if plan.code is not None:
            made.runs(plan.code)
        stack.push_async_callback(made.kill)
        await made.start()
        return made

    of_host = whatsapp.addresses.shard_environment() | {"WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    hosts = [await machine(Host, f"host-{place}", "session_host", of_host) for place in range(plan.hosts)]
    apis: list[Machine] = []
    urls: list[str] = []
    for place in range(plan.apis):
        port = free_port()
        of_api = {"WAGATE_PORT": str(port), "WAGATE_ADMIN_KEY": _ADMIN_KEY}
        apis.append(await machine(Machine, f"api-{place}", "functions", of_api))
        urls.append(f"http://127.0.0.1:{port}")
    customer = Customer(http, urls)
    async with asyncio.timeout(_READY_WITHIN):
        await customer.until_ready()
        await customer.make_key(_ADMIN_KEY)
    return Field(folder, stores, nats, whatsapp, hosts, apis, customer, indexes)


async def empty_stores(endpoint: str) -> StoreSettings:
    """New tables and a bucket of an emulator, which nobody else has."""
    name = uuid.uuid4().hex
    stores = StoreSettings(store="dynamodb", aws_endpoint_url=endpoint, table_prefix=f"c{name}-", bucket=f"c-{name}")
    async with emulated("dynamodb", stores) as dynamodb, emulated("s3", stores) as s3:
        await create_tables(dynamodb, stores.table_prefix)
        place = {"LocationConstraint": stores.aws_region}
        await s3.create_bucket(Bucket=stores.bucket, CreateBucketConfiguration=place)
    return stores
