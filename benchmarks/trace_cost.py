"""`python -m benchmarks.trace_cost`: what traces cost a send, off and on, side by side on this machine.

Gateways that differ in nothing else run at once and take turns in short rounds, so that the machine's moods strike all
of them. `--before CHECKOUT` adds a gateway of another checkout: of the code as it was.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.collector import collecting
from benchmarks.gateway import Gateway, running
from benchmarks.processes import cpu_between, usage

_SESSIONS = 4


@dataclass(slots=True)
class Measured:
    """One gateway and what its rounds gave."""

    gateway: Gateway
    pairs: list[tuple[str, str]]
    per_second: list[float] = field(default_factory=list[float])
    latency: list[float] = field(default_factory=list[float])
    """The median of each round, milliseconds."""
    cpu: list[float] = field(default_factory=list[float])
    """Of the API and the session host for each send of a round, microseconds."""

    async def round(self, sends: int) -> None:
        """Every session sends so many messages, one after the other."""
        before = usage(self.gateway.pid)
        run = await self.gateway.run(self.pairs, sends)
        used = cpu_between(before, usage(self.gateway.pid))
        self.per_second.append(run.per_second)
        self.latency.append(run.p50_ms)
        self.cpu.append((used["api"] + used["shard"]) / run.sends * 1e6)


async def main(rounds: int, sends: int, before: Path | None) -> None:
    """Measure, and print medians and the medians of the rounds' differences from `off`."""
    async with AsyncExitStack() as stack:
        collector = await stack.enter_async_context(collecting())
        on = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
        environments: dict[str, Mapping[str, str]] = {"off": {}, "on": on}
        if before is not None:
            environments = {"before": {"PYTHONPATH": str(before.resolve())}} | environments
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        all_of_them = {
            name: await _started(stack, folder / name, environment) for name, environment in environments.items()
        }
        for count in range(rounds):
            in_turn = list(all_of_them.values())
            for measured in in_turn if count % 2 else reversed(in_turn):
                await measured.round(sends)
    off = all_of_them["off"]
    for name, found in all_of_them.items():
        more = median(mine - other for mine, other in zip(found.cpu, off.cpu, strict=True))
        rate = median(mine / other for mine, other in zip(found.per_second, off.per_second, strict=True))
        print(
            f"{name:7} {median(found.per_second):6.0f} sends/s ({rate:.3f} of off)"
            f"  median {median(found.latency):.2f} ms"
            f"  CPU of API and host {median(found.cpu):5.0f} us/send ({more:+.0f})"
        )
    print(f"{rounds} rounds of {_SESSIONS} x {sends} sends; {len(collector.spans)} spans came")


async def _started(stack: AsyncExitStack, data: Path, environment: Mapping[str, str]) -> Measured:
    gateway = await stack.enter_async_context(running(data, environment=environment))
    names = [f"session-{count}" for count in range(_SESSIONS)]
    for count, name in enumerate(names):
        await gateway.log_in(name, f"62811111111{count}")
    pairs = list(zip(names, await gateway.sinks(_SESSIONS), strict=True))
    await gateway.run(pairs, 20)
    return Measured(gateway, pairs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--sends", type=int, default=100)
    parser.add_argument("--before", type=Path)
    given = parser.parse_args()
    asyncio.run(main(given.rounds, given.sends, given.before))
