"""How often each of many may do something: a minute's worth at once, then as many as flow in. In one process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MINUTE = 60.0
_AT_MOST = 10_000


@dataclass(slots=True)
class Bucket:
    """What somebody has left."""

    left: float
    """Below zero: more was taken than was left."""
    at: float
    per_minute: int

    @property
    def next_in(self) -> float:
        """Seconds until one is left; 0.0 when one is."""
        return max(0.0, (1 - self.left) * MINUTE / self.per_minute)


class Buckets:
    """One for each key; those beyond 10,000 push out who asked longest ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, key_id: str, per_minute: int) -> Bucket:
        """That of a key, with what has flowed in; a full one when it is new, or has another rate than before."""
        now = self._clock()
        bucket = self._buckets.pop(key_id, None)
        if bucket is None or bucket.per_minute != per_minute:
            bucket = Bucket(per_minute, now, per_minute)
        bucket.left = min(bucket.left + (now - bucket.at) * per_minute / MINUTE, per_minute)
        bucket.at = now
        self._buckets[key_id] = bucket
        if len(self._buckets) > _AT_MOST:
            self._buckets.popitem(last=False)
        return bucket
