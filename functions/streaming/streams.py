"""Who follows events at the moment: so many of a key, so many in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import AbstractAsyncContextManager, contextmanager

from shared.errors import TooManyStreams
from shared.events.feed import Feed
from shared.events.feeds import Feeds
from shared.events.reading import Reading


class Streams:
    """Those of one process."""

    def __init__(self, reading: Reading, *, in_all: int, of_one_key: int) -> None:
        self._feeds = Feeds(reading)
        self._in_all = in_all
        self._of_one_key = of_one_key
        self._open: Counter[str] = Counter()

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

    def feed(self, key_id: str, uid: str | None) -> AbstractAsyncContextManager[Feed]:
        """What is new of a key, or of one session of it: read once for all who follow it."""
        return self._feeds.feed(key_id, uid)
