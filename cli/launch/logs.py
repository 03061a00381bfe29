"""The logs of a gateway's processes: one file each, the files of earlier starts beside it."""

from __future__ import annotations

from pathlib import Path

KEPT = 5
"""Files of earlier starts."""
_TAIL = 4000


def fresh_log(folder: Path, name: str) -> Path:
    """Move the logs of earlier starts one further (`api.log` becomes `api.log.1`) and return the path of the new."""
    log = folder / f"{name}.log"
    for place in range(KEPT, 0, -1):
        older = log if place == 1 else folder / f"{name}.log.{place - 1}"
        if older.exists():
            older.replace(folder / f"{name}.log.{place}")
    return log


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
