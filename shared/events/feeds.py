"""What is new of each key, read from the log once for all in a process who follow it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from shared.ending import ended
from shared.events.feed import Feed
from shared.events.reading import Reading


class Feeds:
    """Those of one process."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._feeds: dict[tuple[str, str | None], tuple[Feed, asyncio.Task[None]]] = {}
        self._followers: Counter[tuple[str, str | None]] = Counter()

    @asynccontextmanager
    async def feed(self, key_id: str, uid: str | None) -> AsyncGenerator[Feed]:
        """What is new of a key, or of one session of it: read as long as somebody follows it."""
        which = key_id, uid
        if which not in self._feeds:
            feed = Feed(self._reading, key_id, uid)
            self._feeds[which] = feed, asyncio.create_task(feed.run(), name="events")
        self._followers[which] += 1
        try:
            yield self._feeds[which][0]
        finally:
            self._followers[which] -= 1
            if not self._followers[which]:
                del self._followers[which]
                _, reading = self._feeds.pop(which)
                await ended(reading)
