"""How fast a key may make new sessions, in one API process."""

from __future__ import annotations

import time
from collections.abc import Callable

from functions.access.buckets import Buckets
from shared.errors import TooManyNewSessions


class NewSessions:
    """A minute's worth at once, then as many as flow in."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` of 0 is no limit."""
        self._per_minute = per_minute
        self._buckets = Buckets(clock)

    def count(self, key_id: str) -> None:
        """One more session of this key is about to be made.

        Raises:
            TooManyNewSessions: says after how many seconds the next one may be.
        """
        if not self._per_minute:
            return
        bucket = self._buckets.of(key_id, self._per_minute)
        if bucket.left < 1:
            raise TooManyNewSessions(retry_after=bucket.next_in)
        bucket.left -= 1
