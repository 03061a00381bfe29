"""Who follows events at the moment: so many of a key, so many in all, and one reading of the log for all of a key."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

from functions.streaming.feed import Feed
from shared.errors import TooManyStreams
from shared.events.reading import Reading


class Streams:
    """Those of one process."""

    def __init__(self, reading: Reading, *, in_all: int, of_one_key: int) -> None:
        self._reading = reading
        self._in_all = in_all
        self._of_one_key = of_one_key
        self._open: Counter[str] = Counter()
        self._feeds: dict[tuple[str, str | None], tuple[Feed, asyncio.Task[None]]] = {}
        self._followers: Counter[tuple[str, str | None]] = Counter()

    @contextmanager
    def admitted(self, key_id: str) -> Generator[None]:
        """Count one more while the context lasts; raises TooManyStreams."""
        if self._open[key_id] >= self._of_one_key:
            raise TooManyStreams(f"This key has {self._of_one_key} streams of events open. {TooManyStreams.remedy}")
        if self._open.total() >= self._in_all:
            raise TooManyStreams(retry_after=5)
        self._open[key_id] += 1
        try:
            yield
        finally:
            self._open[key_id] -= 1
            if not self._open[key_id]:
                del self._open[key_id]

    @asynccontextmanager
    async def feed(self, key_id: str, uid: str | None) -> AsyncGenerator[Feed]:
        """What is new of a key, or of one session of it: read once for all who follow it."""
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
                reading.cancel()
                with suppress(asyncio.CancelledError):
                    await reading
