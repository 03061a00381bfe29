"""The process of a host that delivers events: there while there is something to deliver."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from session_host.link.place import EMPTY
from session_host.supervising.restarts import RestartPolicy
from session_host.supervising.shard_process import ShardProcess

_log = structlog.get_logger()

_NOT_AGAIN_FOR = 60.0
"""Seconds after it ended since there was nothing to deliver, while shards still say that there is."""


class DeliveriesProcess:
    """The one of a host. What is not delivered waits in the log of events, so it may end at any moment."""

    def __init__(self, make: Callable[[], ShardProcess], *, stays: bool) -> None:
        """`make` prepares the process; `stays`: it is there whether shards say so or not, for there are none."""
        self._make = make
        self._stays = stays
        self._process: ShardProcess | None = None
        self._restarts = RestartPolicy()
        self._not_before = 0.0
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Of its process; None while there is none."""
        return self._process.pid if self._process else None

    def look(self, now: float, *, wanted: bool) -> None:
        """See that there is one when it is wanted; `now` on the monotonic clock."""
        if self._process is not None and self._process.running.done():
            self._not_before = now + self._pause(now, self._process)
            self._process = None
        if self._process is None and (wanted or self._stays) and now >= self._not_before:
            self._process = self._make()
            self._process.begin()
            self.starts += 1

    async def metrics(self) -> bytes | None:
        """What it measures; None when there is none, or it does not answer."""
        return None if self._process is None else await self._process.metrics()

    async def stop(self, within: float) -> None:
        """Ask it to stop; kill it when it has not within so many seconds."""
        process, self._process = self._process, None
        if process is not None:
            await process.stop(within)

    def _pause(self, now: float, process: ShardProcess) -> float:
        status = None if process.running.cancelled() or process.running.exception() else process.running.result()
        if status == EMPTY:
            _log.info("deliverer_ended", why="there is nothing to deliver")
            return _NOT_AGAIN_FOR
        delay = self._restarts.died(now)
        _log.error("deliverer_died", pid=process.pid, status=status, next_start_in=delay)
        return delay
