"""What a gateway started, as the machine sees it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil


def children_of(pid: int) -> list[psutil.Process]:
    """Every process that a process started, directly or not."""
    return psutil.Process(pid).children(recursive=True)


def running(processes: list[psutil.Process], program: str) -> list[psutil.Process]:
    """Those that run this program or Python module; one that ended while it is looked at is left out."""
    found: list[psutil.Process] = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie too
            if any(program in {part, Path(part).name} for part in process.cmdline()):
                found.append(process)
    return found


def named(processes: list[psutil.Process], program: str) -> psutil.Process:
    """The one that runs this program or Python module."""
    (found,) = running(processes, program)
    return found


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run still; one that ended and waits for its parent counts as gone."""
    left: list[psutil.Process] = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
    return left


def until(condition: Callable[[], bool], within: float = 60.0) -> None:
    """Return when it holds; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
