"""When sessions last sent and heard something, asked of the shards that hold them: no store is read for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from functions.hosts.asking import Shards
from shared.bus import Bus
from shared.contracts.signs import LastSigns, decode
from shared.contracts.subjects import shard_signs

_ANSWERS_WITHIN = 0.3
"""Seconds: a list that people look at does not wait for a shard that hangs. An older shard does not answer at all."""
_BELIEVED_FOR = 2.0
_NOTHING: Mapping[str, LastSigns] = {}


class ShardSigns:
    """Asks shards; what one says is believed for two seconds, that it says nothing too."""

    def __init__(self, bus: Bus) -> None:
        self._shards = Shards(bus, shard_signs, decode, _NOTHING, within=_ANSWERS_WITHIN, believed_for=_BELIEVED_FOR)

    async def of(self, shards: Iterable[str]) -> dict[str, LastSigns]:
        """Of the sessions of these shards, by their uids; of those that tell something within 0.3 s."""
        told = await self._shards.ask(shards)
        return {uid: signs for of_shard in told.values() for uid, signs in of_shard.items()}
