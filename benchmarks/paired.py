"""`python -m benchmarks.paired REV`: this code and that of another commit in turns, beside bare neonize.

Every round runs the three in a random order, so that a drift of the machine hits all alike; figures are medians of the
rounds, and ratios are made round by round. Nothing is written but to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.__main__ import NUMBERS, logged_in
from benchmarks.bare_process import Bare, bare_neonize
from benchmarks.gateway import WAGATE, Gateway, running
from benchmarks.killed import all_killed, shard_killed
from benchmarks.load import load, require
from benchmarks.processes import cpu_between, idle, usage
from benchmarks.rounds import Run
from sandbox.environment import SandboxAddresses

ROOT = Path(__file__).parents[1]
_IDLE_SECONDS = 15.0
_TOLD_APART = ("api", "shard", "supervisor")
_NOT_THE_GATEWAY = {"sandbox", "contacts", "bare"}


@dataclass(slots=True)
class Side:
    """One of the two gateways, and what its rounds gave.

    Attributes:
        cpu: processor seconds for 1,000 sends by kind of process, round by round.
        memory: RSS by kind of process, MB.
        idle: share of a core with nothing to do.
    """

    program: Path
    data: Path
    gateway: Gateway
    pairs: list[tuple[str, str]]
    runs: list[Run] = field(default_factory=list[Run])
    cpu: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    memory: dict[str, float] = field(default_factory=dict[str, float])
    idle: float = 0.0
    killed: list[float] = field(default_factory=list[float])
    all_killed: list[float] = field(default_factory=list[float])

    async def run(self, seconds: float) -> None:
        """One round."""
        before = usage(self.gateway.pid)
        run = await load(self.gateway, self.pairs, seconds)
        self.runs.append(run)
        used = cpu_between(before, usage(self.gateway.pid))
        self.cpu.append({kind: seconds / run.sends * 1000 for kind, seconds in used.items()})

    async def rest(self) -> None:
        """Memory and processor of the gateway while nothing happens."""
        self.memory = {kind: use.rss for kind, use in usage(self.gateway.pid).items()}
        self.idle = _ours(await idle(self.gateway.pid, _IDLE_SECONDS))


@dataclass(slots=True)
class Limit:
    """Bare neonize, and what its rounds gave; `cpu` as in `Side`."""

    bare: Bare
    sessions: int
    sends: int
    runs: list[Run] = field(default_factory=list[Run])
    cpu: list[float] = field(default_factory=list[float])

    async def run(self, _seconds: float) -> None:
        """One round: it counts sends, not seconds."""
        before = usage(self.bare.pid)
        run = await self.bare.run(self.sessions, max(5, self.sends // self.sessions))
        self.runs.append(run)
        self.cpu.append(sum(cpu_between(before, usage(self.bare.pid)).values()) / run.sends * 1000)


def checkout(revision: str, folder: Path) -> Path:
    """The program `wagate` of another commit, installed in a folder."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", revision], check=True)
    subprocess.run([sys.executable, str(folder / "tools" / "bootstrap.py")], cwd=folder, check=True)
    return folder / ".venv" / "bin" / "wagate"


async def main(arguments: argparse.Namespace) -> None:
    """Measure, and print the table."""
    require()
    with tempfile.TemporaryDirectory(prefix="wagate-paired-") as name:
        folder = Path(name)
        before = checkout(commit(arguments.revision), folder / "before")
        async with AsyncExitStack() as stack:
            sides = {
                "before": await _started(stack, before, folder / "data-before", arguments.sessions),
                "now": await _started(stack, WAGATE, folder / "data-now", arguments.sessions),
            }
            addresses = SandboxAddresses.load(sides["now"].data / "run" / "sandbox.json")
            bare = await stack.enter_async_context(bare_neonize(addresses, folder / "bare", arguments.sessions))
            limit = Limit(bare, arguments.sessions, arguments.sends)
            for side in sides.values():
                await side.rest()
            await _rounds([*sides.values(), limit], arguments)
            for _ in range(arguments.kills):
                for side in sides.values():
                    side.killed.append(await shard_killed(side.gateway, NUMBERS, arguments.sessions))
        for _ in range(arguments.kills):
            for side in sides.values():
                side.all_killed.append(await all_killed(side.data, NUMBERS, arguments.sessions, side.program))
    print(_table(sides, limit, arguments))


async def _rounds(turns: list[Side | Limit], arguments: argparse.Namespace) -> None:
    chance = random.Random(arguments.seed)  # noqa: S311 - an order, no secret
    for count in range(arguments.rounds):
        chance.shuffle(turns)
        for turn in turns:
            await turn.run(arguments.seconds)
        print(f"round {count + 1} of {arguments.rounds}", file=sys.stderr)


async def _started(stack: AsyncExitStack, program: Path, data: Path, sessions: int) -> Side:
    gateway = await stack.enter_async_context(running(data, program=program))
    return Side(program, data, gateway, await logged_in(gateway, sessions))


def ours(by_kind: dict[str, float]) -> dict[str, float]:
    """Without what only a benchmark runs."""
    return {kind: value for kind, value in by_kind.items() if kind not in _NOT_THE_GATEWAY}


def _ours(by_kind: dict[str, float]) -> float:
    return sum(ours(by_kind).values())


def _table(sides: dict[str, Side], limit: Limit, arguments: argparse.Namespace) -> str:
    lines = [
        f"{arguments.sessions} sessions, {len(limit.runs)} rounds; before is {arguments.revision}",
        "",
        "| | bare | before | now | now / before |",
        "|---|---:|---:|---:|---:|",
    ]

    def row(name: str, bare: float | None, values: Callable[[Side], list[float]], digits: int = 2) -> None:
        before, now = (values(sides[side]) for side in ("before", "now"))
        if before and now:
            ratios = [ours / theirs for ours, theirs in zip(now, before, strict=True) if theirs]
            ratio = f"{median(ratios):.2f}" if ratios else ""  # before it had no such process
            told = "" if bare is None else f"{bare:.{digits}f}"
            lines.append(f"| {name} | {told} | {median(before):.{digits}f} | {median(now):.{digits}f} | {ratio} |")

    def beside_bare(side: Side) -> list[float]:
        return [run.per_second / bare.per_second for run, bare in zip(side.runs, limit.runs, strict=True)]

    row("sends/s", median(run.per_second for run in limit.runs), lambda side: [run.per_second for run in side.runs], 0)
    row("sends/s, ratio to bare", 1.0, beside_bare)
    row("p50, ms", median(run.p50_ms for run in limit.runs), lambda side: [run.p50_ms for run in side.runs])
    row("p95, ms", median(run.p95_ms for run in limit.runs), lambda side: [run.p95_ms for run in side.runs])
    row("CPU-s per 1,000 sends", median(limit.cpu), lambda side: [_ours(used) for used in side.cpu])
    for kind in _TOLD_APART:
        row(f"of it the {kind}", None, lambda side, kind=kind: [used[kind] for used in side.cpu], 3)
    row("RSS at rest, MB", None, lambda side: [_ours(side.memory)], 0)
    for kind in _TOLD_APART:
        row(f"of it the {kind}", None, lambda side, kind=kind: [side.memory[kind]], 0)
    row("CPU at rest, % of a core", None, lambda side: [side.idle * 100])
    row("shard killed, s", None, lambda side: side.killed)
    row("all killed, s", None, lambda side: side.all_killed)
    return "\n".join(lines)


def commit(revision: str) -> str:
    """The full name of a commit."""
    told = subprocess.run(["git", "-C", str(ROOT), "rev-parse", revision], capture_output=True, text=True, check=True)
    return told.stdout.strip()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paired", description=__doc__)
    parser.add_argument("revision", help="the commit to compare with")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long a gateway sends in one round")
    parser.add_argument("--sends", type=int, default=4000, help="sends of bare neonize in one round, over all sessions")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0, help="of the order")
    asyncio.run(main(parser.parse_args()))
