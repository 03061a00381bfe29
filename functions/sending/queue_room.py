"""How many messages of a session may wait to be sent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

from shared.errors import QueueFull
from shared.messages.ports import Messages

_BELIEVED_FOR = 1.0
_AT_MOST = 10_000


@dataclass(slots=True)
class _Count:
    waiting: int
    full: bool


class QueueRoom:
    """Counts what waits in the store about once a second for each session that somebody queues for.

    So several API processes together may let through what arrives within a second beyond the limit.
    """

    def __init__(self, messages: Messages, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._messages = messages
        self._limit = limit
        self._counts: TTLCache[str, _Count] = TTLCache(_AT_MOST, _BELIEVED_FOR, clock)

    async def take(self, session_uid: str) -> None:
        """One more message of the session may have to wait.

        Raises:
            QueueFull: as many wait as may; nothing was accepted.
        """
        count = self._counts.get(session_uid)
        if count is None or (not count.full and count.waiting >= self._limit):
            waiting = await self._messages.count_open(session_uid, self._limit)
            count = self._counts[session_uid] = _Count(waiting, waiting >= self._limit)
        if count.full:
            raise QueueFull(retry_after=30, limit=self._limit)
        count.waiting += 1
