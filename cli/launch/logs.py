"""The logs of a gateway's processes: one file each, the files of earlier starts beside it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

KEPT = 5
"""Files of earlier times."""
LARGEST = 10 * 1024 * 1024
"""Bytes of one, when nothing else is set."""
_LOOK_EVERY = 2.0
_TAIL = 4000


def fresh_log(folder: Path, name: str) -> Path:
    """Move the logs of earlier starts one further (`api.log` becomes `api.log.1`) and return the path of the new."""
    log = folder / f"{name}.log"
    _make_room(log)
    if log.exists():
        log.replace(_earlier(log, 1))
    return log


def turn(log: Path, at_most: int) -> bool:
    """Begin a log anew that has more bytes than this; what it held is in `.1` then. Whether it was.

    The processes that write to it go on with the same open file, to which each line is appended: it is copied and
    emptied. A line that is written between the two is lost.
    """
    try:
        if log.stat().st_size <= at_most:
            return False
        _make_room(log)
        shutil.copyfile(log, _earlier(log, 1))
        os.truncate(log, 0)
    except OSError:  # a disk that takes nothing: the log waits, as everything else does
        return False
    return True


async def keep_small(logs: Sequence[Path], at_most: int) -> None:
    """Turn logs when they are larger than this, looking every few seconds, until cancelled."""
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        await asyncio.to_thread(_turn_all, logs, at_most)


def _turn_all(logs: Sequence[Path], at_most: int) -> None:
    for log in logs:
        turn(log, at_most)


def _make_room(log: Path) -> None:
    for place in range(KEPT, 1, -1):
        if (older := _earlier(log, place - 1)).exists():
            older.replace(_earlier(log, place))


def _earlier(log: Path, place: int) -> Path:
    return log.with_name(f"{log.name}.{place}")


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
