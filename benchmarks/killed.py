"""How long a gateway needs to have all its sessions back, after a shard or everything of it was killed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import psutil

from benchmarks.gateway import WAGATE, Gateway, running
from benchmarks.processes import kind_of

_LIMIT = 120
_LOOK_EVERY = 0.1


async def shard_killed(gateway: Gateway, prefix: str, sessions: int) -> float:
    """Seconds from killing its one shard until all numbers with the prefix are connected, by the sandbox's clock."""
    processes = psutil.Process(gateway.pid).children(recursive=True)
    shard = next(process for process in processes if kind_of(process) == "shard")
    killed = time.time()
    shard.kill()
    return await all_back(gateway, prefix, sessions, killed) - killed


async def all_killed(data: Path, prefix: str, sessions: int, program: Path = WAGATE) -> float:
    """Seconds from starting it again until they are, after every process of a gateway with this data was killed.

    The sandbox WhatsApp is one of these processes: it has to start as well.
    """
    async with running(data, program=program) as gateway:
        await all_back(gateway, prefix, sessions, 0.0)
        kill_everything(gateway)
    began = time.time()
    async with running(data, program=program) as gateway:
        return await all_back(gateway, prefix, sessions, began) - began


def kill_everything(gateway: Gateway) -> None:
    """Kill every process of it at once."""
    root = psutil.Process(gateway.pid)
    for process in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


async def all_back(gateway: Gateway, prefix: str, sessions: int, since: float) -> float:
    """When the last of them connected, seconds since 1970; raises TimeoutError."""
    async with asyncio.timeout(_LIMIT):
        while True:
            async with gateway.http.get(f"{gateway.control}/connections") as answer:
                connections = (await answer.json())["connections"]
            again = [
                float(connection["from"])
                for connection in connections
                if connection["to"] is None and connection["from"] > since and connection["number"].startswith(prefix)
            ]
            if len(again) >= sessions:
                return max(again)
            await asyncio.sleep(_LOOK_EVERY)
