"""A shard that has loaded everything and waits for a slot: it takes the place of one that dies at once."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from session_host.supervising.restarts import RestartPolicy
from session_host.supervising.shard_process import ShardProcess

_log = structlog.get_logger()

_CALM = 5
"""Looks in a row at which every shard works before a spare is started: sessions that connect need processors more."""


class Spare:
    """The one spare of a host. It holds no slot, no lease and no session until it is taken."""

    def __init__(self, make: Callable[[], ShardProcess]) -> None:
        """`make` prepares a process that waits for a slot."""
        self._make = make
        self._process: ShardProcess | None = None
        self._restarts = RestartPolicy()
        self._not_before = 0.0
        self._calm = 0

    @property
    def pid(self) -> int | None:
        """Of its process; None while there is none."""
        return self._process.pid if self._process else None

    def look(self, now: float, *, calm: bool) -> None:
        """See that there is one, once all has been calm for some looks; `now` on the monotonic clock."""
        if self._process is not None and self._process.running.done():
            _log.warning("spare_died", pid=self._process.pid)
            self._not_before = now + self._restarts.died(now)
            self._process = None
        self._calm = self._calm + 1 if calm else 0
        if self._process is None and self._calm >= _CALM and now >= self._not_before:
            self._process = self._make()
            self._process.begin()

    def take(self, slot: int) -> ShardProcess | None:
        """The process, which holds this slot from now on; None when there is none that could."""
        process = self._process
        if process is None or process.running.done() or not process.runs:
            return None
        self._process, self._calm = None, 0
        process.hold(slot)
        return process

    async def end(self) -> None:
        """Kill it: it has nothing to finish."""
        process, self._process = self._process, None
        if process is not None:
            await process.kill()
