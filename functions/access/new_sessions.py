"""How fast a key may make new sessions, in one API process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import TooManyNewSessions

_MINUTE = 60.0
_AT_MOST = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class NewSessions:
    """A minute's worth at once, then as many as flow in; keys beyond 10,000 push out whoever made none for longest."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` of 0 is no limit."""
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def count(self, key_id: str) -> None:
        """One more session of this key is about to be made.

        Raises:
            TooManyNewSessions: says after how many seconds the next one may be.
        """
        if not self._per_minute:
            return
        now, flow = self._clock(), self._per_minute / _MINUTE
        bucket = self._buckets.pop(key_id, None) or _Bucket(self._per_minute, now)
        bucket.left, bucket.at = min(bucket.left + (now - bucket.at) * flow, self._per_minute), now
        self._buckets[key_id] = bucket
        if len(self._buckets) > _AT_MOST:
            self._buckets.popitem(last=False)
        if bucket.left < 1:
            raise TooManyNewSessions(retry_after=(1 - bucket.left) / flow)
        bucket.left -= 1
