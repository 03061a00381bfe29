"""Whether the shard that a session's row names is alive: a row alone would go on saying `connected` after a crash."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts.subjects import shard_ping

_ANSWERS_WITHIN = 1.0
_BELIEVED_FOR = 1.0
_AT_MOST = 1_000


class Liveness:
    """Asks shards; an answer is believed for a second."""

    def __init__(self, bus: Bus, clock: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._clock = clock
        self._asked: dict[str, tuple[bool, float]] = {}

    async def alive(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of the shards that answer now, asked all at once: within a second."""
        names = sorted(set(owners))
        answers = await asyncio.gather(*(self._ask(owner) for owner in names))
        return frozenset(owner for owner, answer in zip(names, answers, strict=True) if answer)

    async def _ask(self, owner: str) -> bool:
        known = self._asked.get(owner)
        if known is not None and known[1] > self._clock():
            return known[0]
        try:
            await self._bus.request(shard_ping(owner), b"", timeout=_ANSWERS_WITHIN)
        except (NoResponder, NoAnswer):
            answers = False
        else:
            answers = True
        if len(self._asked) >= _AT_MOST:
            self._asked.clear()
        self._asked[owner] = (answers, self._clock() + _BELIEVED_FOR)
        return answers
