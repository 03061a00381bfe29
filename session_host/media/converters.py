"""The converters of a shard: as many files at once as there are processes, in the order of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from session_host.media.converter import PROGRAM, Converter
from session_host.media.limits import Limits
from session_host.media.orders import Order, Prepared


class Converters:
    """At most so many processes. Made and used on one event loop."""

    def __init__(self, most: int, limits: Limits | None = None, program: Sequence[str] = PROGRAM) -> None:
        self._all = [Converter(limits or Limits(), program) for _ in range(most)]
        self._free: asyncio.LifoQueue[Converter] = asyncio.LifoQueue()  # the one that runs goes on, others may end
        for converter in reversed(self._all):
            self._free.put_nowait(converter)

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run."""
        return [converter.pid for converter in self._all if converter.pid is not None]

    async def prepare(self, order: Order) -> Prepared:
        """Make a file ready as soon as a process is free; raises what `Converter.prepare` does."""
        converter = await self._free.get()
        try:
            return await converter.prepare(order)
        finally:
            self._free.put_nowait(converter)

    async def close(self) -> None:
        """End all of them. May be repeated."""
        await asyncio.gather(*(converter.end() for converter in self._all))
