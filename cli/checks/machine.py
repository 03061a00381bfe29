"""Does the system let the gateway have what it takes: open files, and memory?"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cli.checks.finding import Finding

_FEWEST_FILES, _ENOUGH_FILES = 1024, 4096
_LEAST_MEMORY, _ENOUGH_MEMORY = 512 << 20, 1 << 30
"""A gateway with a hundred numbers takes 253 MB (docs/self-hosting.md); files that are made ready take more."""
_CGROUPS = Path("/sys/fs/cgroup")


def machine() -> Iterator[Finding]:
    """Look at the limits of this process, which those that it starts have as well."""
    yield _files()
    if (most := memory_limit()) is not None:
        yield _memory(most)


def _files() -> Finding:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)  # the gateway raises its soft limit to this by itself
    if hard == resource.RLIM_INFINITY or hard >= _ENOUGH_FILES:
        return Finding("open files", "ok", "No limit." if hard == resource.RLIM_INFINITY else f"{hard:,} at most.")
    text = f"A process may open only {hard:,} files. Each number and each connection needs some."
    remedy = (
        f"Allow {_ENOUGH_FILES:,} or more: 'ulimit -Hn {_ENOUGH_FILES}' as root, LimitNOFILE= in systemd, "
        "'ulimits: nofile' in Docker."
    )
    return Finding("open files", "fail" if hard < _FEWEST_FILES else "warn", text, remedy)


def _memory(most: int) -> Finding:
    text = f"{most >> 20:,} MiB are allowed."
    if most >= _ENOUGH_MEMORY:
        return Finding("memory", "ok", text)
    remedy = (
        f"Allow {_ENOUGH_MEMORY >> 20:,} MiB: mem_limit in Docker, resources.limits.memory in Kubernetes. "
        "The system ends a process that needs more than it may have."
    )
    return Finding("memory", "fail" if most < _LEAST_MEMORY else "warn", f"Only {text}", remedy)


def memory_limit() -> int | None:
    """Bytes of memory that the control groups of this process allow (cgroups(7)); None: as much as there is."""
    try:
        groups = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None  # not Linux
    found: list[int] = []
    for group in groups:
        _, controllers, path = group.split(":", 2)
        if controllers in {"", "memory"}:
            found += _limits(_CGROUPS / controllers, path, "memory.limit_in_bytes" if controllers else "memory.max")
    most = min(found, default=None)
    return None if most is None or most >= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") else most


def _limits(root: Path, path: str, file: str) -> Iterator[int]:
    """Of a group and of those that it is in. In a container the way to it may not be there: then of the outermost."""
    group = root / path.lstrip("/")
    for place in (group, *group.parents):
        with suppress(OSError, ValueError):  # it is not there; `max` is no number
            yield int((place / file).read_text())
        if place == root:
            return
