"""The sessions that a shard holds, takes and gives away at the moment, and the work on them that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from session_host.ownership.holding import Holding

_log = structlog.get_logger()


class Roster:
    """Of one shard; sessions by uid. Used on one event loop."""

    def __init__(self, limit: int) -> None:
        """`limit`: sessions at most."""
        self._limit = limit
        self.held: dict[str, Holding] = {}
        self.claiming: set[str] = set()
        self.leaving: set[str] = set()
        """Given up, and not yet so in their rows."""
        self.unreleased: set[str] = set()
        """Given up, and their rows could not be told: the next comparison claims them again."""
        self.stopping = False
        """Whether nothing is begun any more."""
        self.retiring = False
        """Whether everything is to go to other shards."""
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        """How many more sessions it takes."""
        return 0 if self.stopping or self.retiring else self._limit - len(self.held) - len(self.claiming)

    @property
    def is_empty(self) -> bool:
        """Whether others have everything that it held."""
        return not (self.held or self.leaving or self.claiming or self.unreleased)

    @property
    def is_idle(self) -> bool:
        """Whether it holds nothing, and nothing is under way."""
        return not (self.held or self.claiming or self.tasks)

    def holds(self, holding: Holding) -> bool:
        """Whether this is still the one it holds, and means to go on with."""
        return not self.stopping and self.held.get(holding.uid) is holding

    def leave(self, holding: Holding) -> None:
        """Hold it no more; it is on its way to another shard, or to nobody."""
        del self.held[holding.uid]
        self.leaving.add(holding.uid)

    def lost(self, uid: str, epoch: int) -> None:
        """Drop a session that the store says is another's; its device is connected there."""
        holding = self.held.get(uid)
        if holding is not None and holding.epoch == epoch:
            del self.held[uid]
            _log.warning("session_lost", session=uid, epoch=epoch)
            self.spawn(holding.let_go())

    def refuse(self) -> None:
        """Begin nothing any more."""
        self.stopping = True
        for holding in self.held.values():
            holding.outbox.refuse()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Have work done that nobody waits for; when it fails, it is logged, and the next comparison repeats it."""
        task = asyncio.create_task(_logged(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 - see `spawn`
        _log.exception("session_work_failed")
