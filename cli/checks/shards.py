"""Do shards, the processes that hold the numbers, stay alive?"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from cli.checks.finding import Finding

_READ = 1 << 20
"""Bytes at the end of the log that are looked at."""
_LATELY = 120.0
"""Seconds."""


def shards(log: Path) -> Iterator[Finding]:
    """Look at the session host's log for shards that it starts again and again; nothing when there is none."""
    deaths = [event for event in _events(log) if event.get("event") == "shard_died" and _age(event) < _LATELY]
    if not deaths or not deaths[-1].get("next_start_in"):  # the host waits with those that keep dying
        return
    text = f"They die again and again: {len(deaths)} times in the last two minutes ({_how(deaths[-1].get('status'))})."
    remedy = f"What was said before the last 'shard_died' in {log} tells why."
    if deaths[-1].get("status") == -signal.SIGKILL:
        remedy = f"The system kills a process when memory is short: see 'dmesg'. {remedy}"
    yield Finding("shards", "fail", text, remedy)


def _events(log: Path) -> Iterator[dict[str, Any]]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _READ))
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:  # cut in two, or written by the library
            continue
        if isinstance(event, dict):
            yield event


def _age(event: dict[str, Any]) -> float:
    try:
        at = datetime.fromisoformat(str(event.get("timestamp")))
    except ValueError:
        return _LATELY
    return (datetime.now(UTC) - at).total_seconds()


def _how(status: object) -> str:
    if isinstance(status, int) and status < 0:
        return f"killed by signal {-status}"
    return f"exit status {status}"
