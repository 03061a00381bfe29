"""Memory and processor time of a tree of processes, by what each process is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import psutil

_KINDS = (
    ("nats-server", "nats"),
    ("sandbox.contacts", "contacts"),
    ("session_host.shard", "shard"),
    ("session_host.deliverer", "deliverer"),
    ("benchmarks.bare", "bare"),
    ("session_host.auth_sync.copier", "copier"),
    ("session_host.media.work", "converters"),
    ("-m session_host", "supervisor"),
    ("-m functions", "api"),
    ("-m sandbox", "sandbox"),
    ("guardian.", "guardian"),
    ("-m cli.launch", "wagate"),
    ("wagate", "wagate"),
)


@dataclass(frozen=True, slots=True)
class Usage:
    """RSS in MB and processor seconds since the process began, summed over processes of one kind."""

    rss: float
    cpu: float


def kind_of(process: psutil.Process) -> str:
    """What a process of the gateway is, read from its command line."""
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return "gone"
    return next((kind for part, kind in _KINDS if part in line), "other")


def usage(*roots: int) -> dict[str, Usage]:
    """Usage by kind, of these processes and everything below them."""
    found: dict[str, Usage] = defaultdict(lambda: Usage(0.0, 0.0))
    for root in roots:
        parent = psutil.Process(root)
        for process in [parent, *parent.children(recursive=True)]:
            try:
                kind, memory, cpu = kind_of(process), process.memory_info(), process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            before = found[kind]
            found[kind] = Usage(before.rss + memory.rss / 2**20, before.cpu + cpu.user + cpu.system)
    return dict(found)


async def idle(root: int, seconds: float) -> dict[str, float]:
    """The share of one core that each kind of process uses while nothing happens for so many seconds."""
    before = usage(root)
    await asyncio.sleep(seconds)
    return {kind: used / seconds for kind, used in cpu_between(before, usage(root)).items()}


def cpu_between(before: dict[str, Usage], after: dict[str, Usage]) -> dict[str, float]:
    """Processor seconds each kind used between two readings."""
    return {kind: use.cpu - before.get(kind, Usage(0.0, 0.0)).cpu for kind, use in after.items()}
