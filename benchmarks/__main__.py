"""`python -m benchmarks`: bare neonize (the limit) and the gateway over HTTP, side by side on this machine.

Both use one sandbox and take turns, so that the ratio holds when the machine's speed drifts. Writes
`docs/benchmarks/report.md`, `report.json` and `report.png`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks import gateway as gateways
from benchmarks.bare_process import Bare, bare_neonize
from benchmarks.gateway import Gateway
from benchmarks.killed import all_killed, shard_killed
from benchmarks.load import load, require
from benchmarks.processes import cpu_between, idle, usage
from benchmarks.report import write
from benchmarks.rounds import Rounds, Run
from sandbox.environment import SandboxAddresses

_SESSIONS = (1, 20, 100)
_KILLS = 3
_IDLE_SECONDS = 20.0
NUMBERS = "6280"
"""How the gateway's numbers begin."""


async def measure(sessions: int, rounds: int, seconds: float, folder: Path) -> Rounds:
    """Bare and gateway in turn, with so many sessions each."""
    found, data = Rounds(), folder / f"gateway-{sessions}"
    async with gateways.running(data) as gateway:
        addresses = SandboxAddresses.load(data / "run" / "sandbox.json")
        async with bare_neonize(addresses, folder / f"bare-{sessions}", sessions) as bare:
            pairs = await logged_in(gateway, sessions)
            found.memory = usage(gateway.pid, bare.pid)
            found.idle = await idle(gateway.pid, _IDLE_SECONDS)
            for _ in range(rounds):
                await _one_round(found, gateway, bare, pairs, seconds)
        found.shard_killed = [await shard_killed(gateway, NUMBERS, sessions) for _ in range(_KILLS)]
    found.all_killed = [await all_killed(data, NUMBERS, sessions) for _ in range(_KILLS)]
    return found


async def _one_round(found: Rounds, gateway: Gateway, bare: Bare, pairs: list[tuple[str, str]], seconds: float) -> None:
    """As many sends of bare neonize as the gateway has just made, so that both take about as long."""
    before = usage(gateway.pid, bare.pid)
    run = await load(gateway, pairs, seconds)
    between = usage(gateway.pid, bare.pid)
    limit: Run = await bare.run(len(pairs), max(5, run.sends // len(pairs)))
    after = usage(gateway.pid, bare.pid)
    found.gateway.append(run)
    found.bare.append(limit)
    found.cpu_gateway.append(cpu_between(before, between))
    found.cpu_bare.append(cpu_between(between, after))


async def logged_in(gateway: Gateway, sessions: int) -> list[tuple[str, str]]:
    """So many connected sessions, each with a number that takes what it sends and has had a message from it."""
    names = [f"session-{place:03d}" for place in range(sessions)]
    for place, name in enumerate(names):
        await gateway.log_in(name, f"{NUMBERS}{place:08d}")
    pairs = list(zip(names, await gateway.sinks(sessions), strict=True))
    await gateway.run(pairs, 2)  # sets up the encrypted sessions
    return pairs


async def main(arguments: argparse.Namespace) -> None:
    """Measure everything and write the report."""
    require()
    with tempfile.TemporaryDirectory(prefix="wagate-bench-") as folder:
        measured: dict[int, Rounds] = {}
        for sessions in arguments.sessions:
            print(f"{sessions} sessions, {arguments.rounds} rounds of {arguments.seconds:g} s", file=sys.stderr)
            measured[sessions] = await measure(sessions, arguments.rounds, arguments.seconds, Path(folder))
        write(measured, Path(arguments.out))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=_SESSIONS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long the gateway sends in one round")
    parser.add_argument("--out", default="docs/benchmarks")
    asyncio.run(main(parser.parse_args()))
