"""All forwarders whose keys are this process's: each is begun when it is there, and ended when it is not any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from session_host.forwarding.course import Course
from shared.events.reading import Reading
from shared.forwarders.model import Forwarder
from shared.forwarders.ports import Forwarders, Sinks


class Forwarding:
    """`session_host.deliveries.deliverer.Delivered`."""

    def __init__(self, forwarders: Forwarders, reading: Reading, sinks: Sinks, clock: Callable[[], int]) -> None:
        self._forwarders = forwarders
        self._reading = reading
        self._sinks = sinks
        self._clock = clock
        self._running: dict[str, asyncio.Task[None]] = {}
        self.there_is = True
        """Whether there was one at the last look, of whatever key."""

    async def compare(self, is_mine: Callable[[str], bool]) -> None:
        """Have those run, and no others, that are of keys of ours. Raises StoreUnavailable; may be repeated."""
        rows = await self._forwarders.all()
        self.there_is = bool(rows)
        wanted = {each.id: each for each, _ in rows if is_mine(each.key_id)}
        for gone in self._running.keys() - wanted.keys():
            self._running.pop(gone).cancel()
        for forwarder in wanted.values():
            running = self._running.get(forwarder.id)
            if running is None or running.done():
                self._running[forwarder.id] = asyncio.create_task(self._course(forwarder).run(), name=forwarder.id)

    async def stop(self, within: float) -> None:
        """End all of them; what is on its way is sent again by whoever has them next."""
        tasks = list(self._running.values())
        self._running.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=within)

    def _course(self, forwarder: Forwarder) -> Course:
        return Course(forwarder, self._forwarders, self._reading, self._sinks, self._clock)
