"""`python -m benchmarks.starts REV`: what a gateway takes, and how soon it is back, now and at another commit.

In turns, in a random order, each gateway is started on a data folder with so many sessions of which every process was
killed; once all are connected and at rest its memory and processor time are read; then all its shards are killed, and
in the end everything of it. Beside the clock the processor time until all were connected is counted: it does not change
with what else the machine does. Nothing is written but to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from benchmarks.__main__ import NUMBERS
from benchmarks.gateway import WAGATE, Gateway, running
from benchmarks.killed import all_back, kill_everything
from benchmarks.paired import checkout, commit, ours
from benchmarks.processes import Usage, idle, kind_of, usage

_MANY = {"WAGATE_NEW_SESSIONS_PER_MINUTE": "0"}
"""One key makes all sessions at once."""
_RESTS_AFTER, _IDLE_SECONDS = 15.0, 20.0


@dataclass(slots=True)
class Side:
    """One of the two programs, and what its rounds gave: seconds, processor seconds, MB, share of a core."""

    program: Path
    data: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])
    all_killed: list[float] = field(default_factory=list[float])
    all_killed_cpu: list[float] = field(default_factory=list[float])
    shards_killed: list[float] = field(default_factory=list[float])
    shards_killed_cpu: list[float] = field(default_factory=list[float])
    memory: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    idle: list[dict[str, float]] = field(default_factory=list[dict[str, float]])

    async def prepare(self, sessions: int) -> None:
        """Log so many sessions in, and kill everything."""
        async with running(self.data, program=self.program, environment=self.environment) as gateway:
            for place in range(sessions):
                await gateway.log_in(f"session-{place:03d}", f"{NUMBERS}{place:08d}")
            kill_everything(gateway)

    async def round(self, sessions: int) -> None:
        """One of each, which ends with everything killed."""
        began = time.time()
        async with running(self.data, program=self.program, environment=self.environment) as gateway:
            self.all_killed.append(await all_back(gateway, NUMBERS, sessions, began) - began)
            self.all_killed_cpu.append(_cpu(usage(gateway.pid)))
            await asyncio.sleep(_RESTS_AFTER)
            self.memory.append(ours({kind: use.rss for kind, use in usage(gateway.pid).items()}))
            self.idle.append(ours(await idle(gateway.pid, _IDLE_SECONDS)))
            await self._kill_shards(gateway, sessions)
            kill_everything(gateway)

    async def _kill_shards(self, gateway: Gateway, sessions: int) -> None:
        shards = [
            process for process in psutil.Process(gateway.pid).children(recursive=True) if kind_of(process) == "shard"
        ]
        serving = [shard for shard in shards if "--spare" not in shard.cmdline()]
        before = usage(gateway.pid)
        gone = sum(sum(shard.cpu_times()[:2]) for shard in serving)
        killed = time.time()
        for shard in serving:
            shard.kill()
        self.shards_killed.append(await all_back(gateway, NUMBERS, sessions, killed) - killed)
        self.shards_killed_cpu.append(_cpu(usage(gateway.pid)) - (_cpu(before) - gone))


def _cpu(found: dict[str, Usage]) -> float:
    return sum(ours({kind: use.cpu for kind, use in found.items()}).values())


async def main(arguments: argparse.Namespace) -> None:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory(prefix="wagate-starts-") as name:
        folder = Path(name)
        spare = {"WAGATE_SPARE_SHARD": "true"} if arguments.spare else {}
        sides = {
            "before": Side(checkout(commit(arguments.revision), folder / "before"), folder / "data-before", _MANY),
            "now": Side(WAGATE, folder / "data-now", _MANY | spare),
        }
        for side in sides.values():
            await side.prepare(arguments.sessions)
        chance = random.Random(arguments.seed)  # noqa: S311 - an order, no secret
        for count in range(arguments.rounds):
            for side in chance.sample(list(sides.values()), k=len(sides)):
                await side.round(arguments.sessions)
            print(f"round {count + 1} of {arguments.rounds}", file=sys.stderr)
    print(_table(sides, arguments))


def _table(sides: dict[str, Side], arguments: argparse.Namespace) -> str:
    before, now = sides["before"], sides["now"]
    spare = ", with a spare shard now" if arguments.spare else ""
    lines = [
        f"{arguments.sessions} sessions, {len(now.all_killed)} rounds; before is {arguments.revision}{spare}",
        "",
        "| | before | now | now / before |",
        "|---|---:|---:|---:|",
    ]

    def row(name: str, theirs: list[float], mine: list[float]) -> None:
        ratio = median(one / other for one, other in zip(mine, theirs, strict=True) if other)
        lines.append(f"| {name} | {median(theirs):.2f} | {median(mine):.2f} | {ratio:.2f} |")

    row("all killed: all connected after, s", before.all_killed, now.all_killed)
    row("all killed: CPU-s of the gateway until then", before.all_killed_cpu, now.all_killed_cpu)
    row("shards killed: all connected after, s", before.shards_killed, now.shards_killed)
    row("shards killed: CPU-s of the gateway until then", before.shards_killed_cpu, now.shards_killed_cpu)
    row("RSS, MB", _sums(before.memory), _sums(now.memory))
    row("CPU at rest, % of a core", _sums(before.idle, 100), _sums(now.idle, 100))
    for name, side in sides.items():
        lines.append(f"\n{name}, MB: " + _by_kind(side.memory) + "; % of a core: " + _by_kind(side.idle, 100))
    return "\n".join(lines)


def _sums(found: list[dict[str, float]], times: float = 1.0) -> list[float]:
    return [times * sum(each.values()) for each in found]


def _by_kind(found: list[dict[str, float]], times: float = 1.0) -> str:
    kinds = sorted({kind for each in found for kind in each})
    return ", ".join(f"{kind} {times * median(each.get(kind, 0.0) for each in found):.1f}" for kind in kinds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starts", description=__doc__)
    parser.add_argument("revision", help="the commit to compare with")
    parser.add_argument("--sessions", type=int, default=100, help="a shard for each hundred")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--spare", action="store_true", help="keep a spare shard, now")
    parser.add_argument("--seed", type=int, default=0, help="of the order")
    asyncio.run(main(parser.parse_args()))
