"""`python -m benchmarks.media_sends`: documents through the gateway beside bare neonize, in turns.

The gateway has each file already (`POST /api/upload`), and nothing of it has to be made anew; bare neonize has it in
memory. Both encrypt and upload it to the sandbox's media server for every message. Texts are measured as well, since
what they cost is no matter of files. Writes `docs/benchmarks/media.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import gateway as gateways
from benchmarks.__main__ import logged_in
from benchmarks.bare_process import Bare, bare_neonize
from benchmarks.gateway import Gateway
from benchmarks.processes import cpu_between, usage
from benchmarks.rounds import Run
from sandbox.environment import SandboxAddresses

_KB = 1000
_TEXT = 0
"""The size of a message without a file."""
_SIZES = (_TEXT, 100 * _KB, 5000 * _KB)
_MOST_SENDS = 100
"""Of a session in a round."""
_BEGINS = b"%PDF-1.7\n"
_BYTES_OF_A_RUN = 200_000 * _KB
_NOT_THE_GATEWAY = {"sandbox", "contacts"}


_HEAD = """\
# Benchmark: documents through the gateway, beside bare neonize

Written by `python -m benchmarks.media_sends --sessions {sessions} --rounds {rounds}`. Both encrypt a document and
upload it to the media server of the same sandbox for every message. All sessions send at once, each one message after
the other. The two begin a round in turns, and the media server is empty before each. The gateway has the file already,
and it goes out unchanged. Bare neonize has it in memory. Figures are medians.

| file | sends/s: bare | gateway | ratio | MB/s: bare | gateway | p50 ms: bare | gateway | CPU-s/1,000: bare | gateway |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
"""


@dataclass(slots=True)
class Size:
    """What the rounds with a file of one size gave.

    Attributes:
        size: of the file, bytes.
        cpu_gateway: processor seconds for 1,000 sends by kind of process, round by round.
        cpu_bare: the same of bare neonize, all of it.
    """

    size: int
    gateway: list[Run] = field(default_factory=list[Run])
    bare: list[Run] = field(default_factory=list[Run])
    cpu_gateway: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    cpu_bare: list[float] = field(default_factory=list[float])

    @property
    def ratio(self) -> float:
        """Sends per second of the gateway beside those of bare neonize, the median of the rounds."""
        return median(ours.per_second / bare.per_second for ours, bare in zip(self.gateway, self.bare, strict=True))


async def measure(sessions: int, rounds: int, sizes: list[int], folder: Path) -> list[Size]:
    """All sizes, with so many sessions each."""
    found: list[Size] = []
    async with gateways.running(folder / "gateway") as gateway:
        addresses = SandboxAddresses.load(folder / "gateway" / "run" / "sandbox.json")
        async with bare_neonize(addresses, folder / "bare", sessions) as bare:
            pairs = await logged_in(gateway, sessions)
            for size in sizes:
                found.append(measured := Size(size))
                for _ in range(rounds):
                    await _one_round(measured, gateway, bare, pairs, folder)
    return found


async def _one_round(found: Size, gateway: Gateway, bare: Bare, pairs: list[tuple[str, str]], folder: Path) -> None:
    """A file that nobody has uploaded yet; first each sends it twice, which is not counted."""
    media_id: str | None = None
    file: Path | None = None
    sends = _MOST_SENDS
    if found.size != _TEXT:
        content, file = _BEGINS + os.urandom(found.size - len(_BEGINS)), folder / "file"
        await asyncio.to_thread(file.write_bytes, content)
        media_id = await gateway.upload(content)
        sends = max(8, min(_MOST_SENDS, _BYTES_OF_A_RUN // found.size // len(pairs)))
    await gateway.run(pairs, 2, media_id)
    await bare.run(len(pairs), 2, file)

    async def ours() -> None:
        await gateway.control_delete("/media")  # the server keeps what it gets, and is slower with it
        before = usage(gateway.pid)
        found.gateway.append(run := await gateway.run(pairs, sends, media_id))
        used = cpu_between(before, usage(gateway.pid))
        found.cpu_gateway.append(
            {kind: seconds / run.sends * 1000 for kind, seconds in used.items() if kind not in _NOT_THE_GATEWAY}
        )

    async def theirs() -> None:
        await gateway.control_delete("/media")
        before = usage(bare.pid)
        found.bare.append(run := await bare.run(len(pairs), sends, file))
        found.cpu_bare.append(sum(cpu_between(before, usage(bare.pid)).values()) / run.sends * 1000)

    turns = [ours, theirs]
    for turn in turns if len(found.bare) % 2 else reversed(turns):
        await turn()
    run, limit = found.gateway[-1], found.bare[-1]
    print(f"{found.size} bytes: {run.per_second:.1f} sends/s, bare {limit.per_second:.1f}", file=sys.stderr)


def table(measured: list[Size], sessions: int) -> str:
    """The page."""
    rounds = len(measured[0].gateway)
    lines = _HEAD.format(sessions=sessions, rounds=rounds).splitlines()
    for each in measured:
        bare, ours = (median(run.per_second for run in runs) for runs in (each.bare, each.gateway))
        megabytes = each.size / 1e6
        rates = [f"{rate * megabytes:.1f}" if megabytes else "" for rate in (bare, ours)]
        bare_p50, our_p50 = (median(run.p50_ms for run in runs) for runs in (each.bare, each.gateway))
        cpu = median(sum(used.values()) for used in each.cpu_gateway)
        name = _name(each.size)
        lines.append(
            f"| {name} | {bare:.1f} | {ours:.1f} | {each.ratio:.2f} | {rates[0]} | {rates[1]} "
            f"| {bare_p50:.1f} | {our_p50:.1f} | {median(each.cpu_bare):.2f} | {cpu:.2f} |"
        )
    lines += ["", "Of the gateway's processor seconds:", "", "| file | | |", "|---:|---|---:|"]
    for each in measured:
        for kind in sorted({kind for used in each.cpu_gateway for kind in used}):
            seconds = median(used.get(kind, 0.0) for used in each.cpu_gateway)
            if seconds:
                lines.append(f"| {_name(each.size)} | {kind} | {seconds:.2f} |")
    return "\n".join(lines) + "\n"


def _name(size: int) -> str:
    return "a text" if size == _TEXT else f"{size // _KB:,} KB"


async def main(arguments: argparse.Namespace) -> None:
    """Measure, print the page and write it."""
    with tempfile.TemporaryDirectory(prefix="wagate-media-") as folder:
        measured = await measure(arguments.sessions, arguments.rounds, arguments.sizes, Path(folder))
    page = table(measured, arguments.sessions)
    print(page)
    if arguments.out:
        await asyncio.to_thread(Path(arguments.out).write_text, page, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media_sends", description=__doc__)
    parser.add_argument("--sessions", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, help="of the file, bytes; 0: texts")
    parser.add_argument("--out", default="docs/benchmarks/media.md", help="empty: nothing is written")
    asyncio.run(main(parser.parse_args()))
