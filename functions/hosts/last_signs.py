"""When sessions last sent and heard something, asked of the shards that hold them: no store is read for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from shared.bus import Bus, NoAnswer, NoResponder
from shared.contracts.signs import LastSigns, decode
from shared.contracts.subjects import shard_signs

_ANSWERS_WITHIN = 0.3
"""Seconds: a list that people look at does not wait for a shard that hangs."""
_BELIEVED_FOR = 2.0
_AT_MOST = 1_000


class ShardSigns:
    """Asks shards; what one says is believed for two seconds, that it says nothing too."""

    def __init__(self, bus: Bus, clock: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._clock = clock
        self._told: dict[str, tuple[Mapping[str, LastSigns], float]] = {}

    async def of(self, shards: Iterable[str]) -> dict[str, LastSigns]:
        """Of the sessions of these shards, by their uids; of those that tell something within 0.3 s."""
        told = await asyncio.gather(*map(self._ask, sorted(set(shards))))
        return {uid: signs for of_shard in told for uid, signs in of_shard.items()}

    async def _ask(self, owner: str) -> Mapping[str, LastSigns]:
        known = self._told.get(owner)
        if known is not None and known[1] > self._clock():
            return known[0]
        try:
            told = decode(await self._bus.request(shard_signs(owner), b"", timeout=_ANSWERS_WITHIN))
        except (NoResponder, NoAnswer):  # an older shard does not answer that either
            told = {}
        if len(self._told) >= _AT_MOST:
            self._told.clear()
        self._told[owner] = (told, self._clock() + _BELIEVED_FOR)
        return told
