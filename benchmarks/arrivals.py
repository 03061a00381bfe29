"""`python -m benchmarks.arrivals [REV]`: what a text that arrives takes of the processor, beside another commit.

Processes of both take turns in a random order; ratios are made turn by turn. A process counts its own processor time
only (`benchmarks.arrivals_work`), so it may run on a machine that does other things. Nothing is written but to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.paired import ROOT, checkout, commit

_WORK = ROOT / "benchmarks" / "arrivals_work.py"


async def one(python: Path, texts: int, times: int) -> dict[str, float]:
    """Microseconds by what they are for, of a checkout's interpreter. Raises RuntimeError with what it says."""
    process = await asyncio.create_subprocess_exec(
        *(str(python), str(_WORK), str(texts), str(times)),
        cwd=python.parents[2],  # where its virtual environment is
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, told = await process.communicate()
    if process.returncode:
        raise RuntimeError(told.decode())
    return dict(json.loads(out.splitlines()[-1]))


async def main(arguments: argparse.Namespace) -> None:
    """Measure, and print the table."""
    sides = {"now": Path(sys.executable)}
    with ExitStack() as stack:
        if arguments.revision:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wagate-arrivals-")))
            sides["before"] = checkout(commit(arguments.revision), folder / "before").with_name("python")
        found: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
        chance = random.Random(0)  # noqa: S311 - an order, no secret
        for _ in range(arguments.turns):
            for side in chance.sample(sorted(sides), len(sides)):
                found[side].append(await one(sides[side], arguments.texts, arguments.times))
    print(f"microseconds of the processor for each text, the median of {arguments.turns} turns")
    for name in found["now"][0]:
        now = [each[name] for each in found["now"]]
        line = f"{name}: {median(now):.1f}"
        if before := [each[name] for each in found.get("before", [])]:
            ratio = median(ours / theirs for ours, theirs in zip(now, before, strict=True))
            line += f", {arguments.revision} {median(before):.1f}, ratio {ratio:.3f}"
        print(line)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.arrivals", description=__doc__)
    parser.add_argument("revision", nargs="?", help="the commit to compare with")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--times", type=int, default=12, help="in each process, of which the least counts")
    asyncio.run(main(parser.parse_args()))
