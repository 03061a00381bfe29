"""What of a gateway still runs: found by the data folder that is in its processes' environment."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil


def children_of(pid: int) -> list[psutil.Process]:
    """Every process that a process started, directly or not."""
    return psutil.Process(pid).children(recursive=True)


def named(processes: list[psutil.Process], word: str) -> psutil.Process:
    """The one with this word in its command line."""
    (found,) = [process for process in processes if any(word in part for part in process.cmdline())]
    return found


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run still; one that ended and waits for its parent counts as gone."""
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def until(condition: Callable[[], bool], within: float = 15.0) -> None:
    """Return when it holds; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
