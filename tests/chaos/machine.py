"""A machine of the field: a program with a disk, and the ways by which it reaches NATS and the stores."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.aws_front import AwsFront, aws_front
from tests.chaos.own_clock import OwnClock
from tests.chaos.partition import Link, link
from tests.chaos.program import Program
from tests.chaos.small_disk import SmallDisk
from tests.emulators.lagging_indexes import LaggingIndexes


@dataclass(frozen=True, slots=True)
class Ways:
    """How one machine reaches NATS and AWS; every one can be spoiled by itself."""

    nats: list[Link]
    """One for each server of the cluster."""
    aws: Link
    front: AwsFront

    def settings(self) -> dict[str, str]:
        """What leads a program along these ways."""
        return {
            "WAGATE_NATS_URL": ",".join(f"nats://127.0.0.1:{each.port}" for each in self.nats),
            "WAGATE_AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.aws.port}",
        }

    def heal(self) -> None:
        """Spoil nothing any more."""
        for each in (*self.nats, self.aws, self.front):
            each.heal()


@asynccontextmanager
async def ways(
    nats_ports: list[int], endpoint: str, chance: random.Random, indexes: LaggingIndexes | None = None
) -> AsyncGenerator[Ways]:
    """The ways of one machine, until the context ends."""
    async with AsyncExitStack() as stack:
        nats = [await stack.enter_async_context(link(port)) for port in nats_ports]
        front = await stack.enter_async_context(aws_front(endpoint, chance, indexes))
        yield Ways(nats, await stack.enter_async_context(link(front.port)), front)


class Machine(Program):
    """A program of ours, its disk and its ways."""

    def __init__(self, module: str, environment: Mapping[str, str], folder: Path, reached: Ways) -> None:
        """Prepare to run `python -m module` with its data in `folder`/data and its log beside that."""
        folder.mkdir(parents=True)
        self.name = folder.name
        self.ways = reached
        self.data = folder / "data"
        settings = {**environment, **reached.settings(), "WAGATE_DATA_DIR": str(self.data)}
        super().__init__([sys.executable, "-m", module], settings, folder / "log")

    async def wipe(self) -> None:
        """Lose its disk; only while it is not running."""
        if self.running:
            raise RuntimeError(f"{self.name} runs")
        await asyncio.to_thread(shutil.rmtree, self.data, ignore_errors=True)


class Host(Machine):
    """A session host."""

    disk: SmallDisk | None = None
    """Its data's own file system, when it has one."""
    clock: OwnClock | None = None
    """When it has one of its own."""

    def host_id(self) -> str:
        """What rows call it; empty when it has no disk yet."""
        path = self.data / "host-id"
        return path.read_text().strip() if path.exists() else ""

    def shard_pid(self, slot: int = 0) -> int:
        """The process of a slot's shard, the last one there was; raises FileNotFoundError before the first."""
        return int((self.data / "journal" / f"{slot}.lock").read_text())

    def kill_shard(self, slot: int = 0, with_signal: signal.Signals = signal.SIGKILL) -> int:
        """Kill one shard; its pid. Raises ProcessLookupError while it is down."""
        pid = self.shard_pid(slot)
        os.kill(pid, with_signal)
        return pid
