"""`python -m tests.chaos`: faults, one a seed, on a gateway of several hosts, and whether a promise was broken.

The last line is the sum of all runs. Exit status 1 when anything was lost, doubled, rewound or left broken.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import statistics
import sys
import time
import traceback
from contextlib import ExitStack

from tests.chaos import webhook_kills
from tests.chaos.faults import FAULTS
from tests.chaos.history import Verdict
from tests.chaos.runs import WrongRunError, fault_of, run
from tests.emulators.servers import nats_cluster

_WEBHOOKS = "webhook_kills"
"""A family of its own: a gateway of one machine, and a receiver (`tests.chaos.webhook_kills`)."""


def main(arguments: list[str]) -> int:
    """Run the seeds; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many runs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--fault", choices=sorted([*FAULTS, _WEBHOOKS]), help="this fault in every run; else one after the other"
    )
    parser.add_argument("--cluster", action="store_true", help="three NATS servers that keep everything together")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: what runs is ended first
    if options.fault == _WEBHOOKS:
        return max(webhook_kills.main(["--seed", str(options.seed + each)]) for each in range(options.seeds))
    verdicts: list[Verdict] = []
    failed = 0
    for seed in range(options.seed, options.seed + options.seeds):
        name = options.fault or fault_of(seed)
        begun = time.monotonic()
        verdict, why = _one(seed, name, cluster=options.cluster)
        verdicts.append(verdict)
        took = time.monotonic() - begun
        print(
            f"seed {seed:<4} {name:<18} {'FAILED' if why else 'ok':<7} {took:4.0f} s  {_in_short(verdict)}", flush=True
        )
        if why:
            failed += 1
            print(f"  {why}\n  again: make chaos SEEDS=1 SEED={seed} FAULT={name}", flush=True)
    unseen = [text for verdict in verdicts for text in verdict.unseen]
    if unseen:
        print(f"acknowledged by the WhatsApp library as its process died, and never shown to us: {', '.join(unseen)}")
    print(summary(verdicts))
    return 1 if failed else 0


def summary(verdicts: list[Verdict]) -> str:
    """The last line. What was told to have failed and arrived counts as doubled: who repeats it sends it twice."""
    failovers = [seconds for verdict in verdicts for seconds in verdict.failovers]
    times = f"p50 {statistics.median(failovers):.1f} s max {max(failovers):.1f} s" if failovers else "none"
    return (
        f"chaos: {len(verdicts)} runs, "
        f"lost {sum(len(verdict.lost) for verdict in verdicts)}, "
        f"doubled {sum(len(verdict.doubled) + len(verdict.untrue) for verdict in verdicts)}, "
        f"unknown {sum(verdict.unknown for verdict in verdicts)}, "
        f"rewound {sum(len(verdict.rewound) for verdict in verdicts)}, "
        f"overlap {sum(verdict.overlap_ms for verdict in verdicts):.0f} ms, "
        f"failover {times}"
    )


def _one(seed: int, name: str, *, cluster: bool) -> tuple[Verdict, str]:
    """The verdict of a run, and what was wrong."""
    try:
        with ExitStack() as stack:
            nats = list(stack.enter_context(nats_cluster()).nodes.values()) if cluster else []
            return asyncio.run(run(seed, name, nats=nats)), ""
    except WrongRunError as error:
        return error.verdict, f"{error}"
    except Exception:  # noqa: BLE001 - a run that could not be made is a failed one, and the others are made
        return Verdict(), traceback.format_exc()


def _in_short(verdict: Verdict) -> str:
    slowest = f", failover {max(verdict.failovers):.1f} s" if verdict.failovers else ""
    return f"{verdict.sends} sends, {verdict.inbound} inbound, unknown {verdict.unknown}{slowest}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
