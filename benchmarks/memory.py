"""`python -m benchmarks.memory`: the resident memory of a gateway with one session that has sent texts, by process.

At rest, 75 s after the last send: what works for seconds (the copier of auth folders) has ended. Of what people
install: `--checkout` names a checkout in which `make install` ran, without what tests need; else it is this one.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks.gateway import running
from benchmarks.processes import usage

_TEXTS, _REST = 20, 75.0
_NOT_OURS = {"sandbox", "contacts", "gone"}


async def measure(checkout: Path) -> dict[str, float]:
    """MB of each kind of process."""
    with tempfile.TemporaryDirectory(prefix="wagate-memory-") as folder:
        async with running(Path(folder) / "data", program=checkout / ".venv" / "bin" / "wagate") as gateway:
            await gateway.log_in("one", "6281234500001")
            (sink,) = await gateway.sinks(1)
            await gateway.send_many("one", sink, _TEXTS)
            await asyncio.sleep(_REST)
            found = usage(gateway.pid)
    return {kind: each.rss for kind, each in sorted(found.items()) if kind not in _NOT_OURS}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--checkout", type=Path, default=Path(__file__).parents[1])
    found = asyncio.run(measure(parser.parse_args().checkout))
    for kind, size in found.items():
        print(f"{kind}: {size:.1f} MB")
    print(f"all: {sum(found.values()):.1f} MB")


if __name__ == "__main__":
    main()
