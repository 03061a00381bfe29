"""`python -m benchmarks`: bare neonize (the limit) and the gateway over HTTP, side by side on this machine.

Both use one sandbox and take turns, so that the ratio holds when the machine's speed drifts. Writes
`docs/benchmarks/report.md`, `report.json` and `report.png`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks import gateway as gateways
from benchmarks.gateway import Gateway
from benchmarks.processes import cpu_between, kind_of, usage
from benchmarks.report import write
from benchmarks.rounds import Rounds, Run
from sandbox.environment import SandboxAddresses

_SESSIONS = (1, 20, 100)
_LINE_LIMIT = 1 << 26
_RECONNECT_LIMIT = 60
GATEWAY = "6280"
"""How the gateway's numbers begin."""


@dataclass(slots=True)
class Bare:
    """The child process that is neonize and nothing else."""

    process: asyncio.subprocess.Process

    async def run(self, sessions: int, sends: int) -> Run:
        """The same work as `Gateway.run`."""
        assert self.process.stdin is not None  # noqa: S101 - it was asked for
        self.process.stdin.write(json.dumps({"sessions": sessions, "sends": sends}).encode() + b"\n")
        return Run(**await self.answer())

    async def answer(self) -> dict[str, Any]:
        """The child's next line."""
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        line = await asyncio.wait_for(self.process.stdout.readline(), 300)
        if not line:
            raise RuntimeError("bare neonize died; run again (its Go maps are not locked)")
        return dict(json.loads(line))


async def start_bare(addresses: SandboxAddresses, folder: Path, sessions: int) -> Bare:
    """The child with so many connected numbers."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.trust", "benchmarks.bare"),
        *("--control", addresses.control, "--folder", str(folder), "--sessions", str(sessions)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        env=os.environ | addresses.shard_environment(),
    )
    bare = Bare(process)
    await bare.answer()
    return bare


async def measure(sessions: int, rounds: int, sends: int, folder: Path) -> Rounds:
    """Bare and gateway in turn, with so many sessions each."""
    found = Rounds()
    async with gateways.running(folder / f"gateway-{sessions}") as gateway:
        addresses = SandboxAddresses.load(gateway.data / "run" / "sandbox.json")
        bare = await start_bare(addresses, folder / f"bare-{sessions}", sessions)
        try:
            pairs = await _log_in_all(gateway, sessions)
            await gateway.run(pairs, 2)  # sets up the encrypted sessions
            found.memory = usage(gateway.pid, bare.process.pid)
            for _ in range(rounds):
                before = usage(gateway.pid, bare.process.pid)
                found.bare.append(await bare.run(sessions, sends))
                between = usage(gateway.pid, bare.process.pid)
                found.gateway.append(await gateway.run(pairs, sends))
                after = usage(gateway.pid, bare.process.pid)
                found.cpu_bare.append(cpu_between(before, between))
                found.cpu_gateway.append(cpu_between(between, after))
            found.reconnect = [await reconnect_seconds(gateway, sessions) for _ in range(rounds)]
        finally:
            bare.process.kill()
            await bare.process.wait()
    return found


async def _log_in_all(gateway: Gateway, sessions: int) -> list[tuple[str, str]]:
    names = [f"session-{place:03d}" for place in range(sessions)]
    for place, name in enumerate(names):
        await gateway.log_in(name, f"{GATEWAY}{place:08d}")
    return list(zip(names, await gateway.sinks(sessions), strict=True))


async def reconnect_seconds(gateway: Gateway, sessions: int) -> float:
    """From killing the shard until every one of its sessions is connected again, by the sandbox's clock."""
    shard = next(
        process for process in psutil.Process(gateway.pid).children(recursive=True) if kind_of(process) == "shard"
    )
    killed = time.time()
    shard.kill()
    async with asyncio.timeout(_RECONNECT_LIMIT):
        while True:
            async with gateway.http.get(f"{gateway.control}/connections") as answer:
                connections = (await answer.json())["connections"]
            again = [
                connection["from"]
                for connection in connections
                if connection["to"] is None and connection["from"] > killed and connection["number"].startswith(GATEWAY)
            ]
            if len(again) >= sessions:
                return float(max(again) - killed)
            await asyncio.sleep(0.2)


async def main(arguments: argparse.Namespace) -> None:
    """Measure everything and write the report."""
    with tempfile.TemporaryDirectory(prefix="wagate-bench-") as folder:
        measured: dict[int, Rounds] = {}
        for sessions in arguments.sessions:
            sends = max(5, arguments.sends // sessions)
            print(f"{sessions} sessions, {sends} sends each, {arguments.rounds} rounds", file=sys.stderr)
            rounds = await measure(sessions, arguments.rounds, sends, Path(folder))
            measured[sessions] = rounds
        write(measured, Path(arguments.out))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=_SESSIONS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sends", type=int, default=4000, help="sends of one round, over all sessions")
    parser.add_argument("--out", default="docs/benchmarks")
    asyncio.run(main(parser.parse_args()))
