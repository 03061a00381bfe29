"""Whether the shard that a session's row names is alive: a row alone would go on saying `connected` after a crash."""

from __future__ import annotations

from collections.abc import Iterable

from functions.hosts.asking import Shards
from shared.bus import Bus
from shared.contracts.subjects import shard_ping


class Liveness:
    """Asks shards; an answer is believed for a second."""

    def __init__(self, bus: Bus) -> None:
        self._shards = Shards(bus, shard_ping, lambda _: True, silent=False, within=1.0, believed_for=1.0)

    async def alive(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of the shards that answer now, asked all at once: within a second."""
        return frozenset(owner for owner, answers in (await self._shards.ask(owners)).items() if answers)
