"""How often a key may ask, in all processes of the API together: each knows what the others have let pass.

A request is counted here and now, and asks nobody. What was counted goes to the other processes twice a second, and
comes off what is left in each of them; so what passes too much in between passes too little afterwards
(docs/adr/0071).
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from functions.access.buckets import MINUTE, Buckets
from shared.bus import Bus
from shared.contracts.subjects import RATES
from shared.ending import ended
from shared.errors import RateExceeded
from shared.tenants.model import ApiKey

_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """How a key stands after a request."""

    per_minute: int
    left: int
    """Requests it may make at once."""
    full_in: float
    """Seconds until it may make a minute's worth at once again."""

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What is said of it (draft-ietf-httpapi-ratelimit-headers-10)."""
        full_in = math.ceil(self.full_in)
        return [
            (b"ratelimit-policy", b'"key";q=%d;w=60' % self.per_minute),
            (b"ratelimit", b'"key";r=%d;t=%d' % (self.left, full_in)),
        ]


class Rates:
    """A minute's worth at once, then as many as flow in."""

    def __init__(self, bus: Bus, clock: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._me = secrets.token_hex(8)
        self._buckets = Buckets(clock)
        self._counted = asyncio.Event()
        self._untold: dict[str, tuple[int, int]] = {}
        """Requests of keys, and how many they may make in a minute."""

    def count(self, key: ApiKey) -> Standing | None:
        """One more request of a key; None for one that may ask as often as it wants.

        Raises:
            RateExceeded: says after how many seconds the next one passes; this one is not counted.
        """
        if key.per_minute is None:
            return None
        bucket = self._buckets.of(key.id, key.per_minute)
        if bucket.left < 1:
            raise RateExceeded(retry_after=bucket.next_in, requestsPerMinute=key.per_minute)
        bucket.left -= 1
        self._untold[key.id] = (self._untold.get(key.id, (0, 0))[0] + 1, key.per_minute)
        self._counted.set()
        return self.standing(key)

    def standing(self, key: ApiKey) -> Standing | None:
        """How it stands; None for a key that may ask as often as it wants."""
        if key.per_minute is None:
            return None
        left = self._buckets.of(key.id, key.per_minute).left
        return Standing(key.per_minute, max(0, int(left)), (key.per_minute - left) * MINUTE / key.per_minute)

    @asynccontextmanager
    async def shared(self) -> AsyncGenerator[None]:
        """Tell the other processes, and hear them, while the block runs."""
        hearing = await self._bus.serve(RATES, self._heard)
        telling = asyncio.create_task(self._tell_for_ever(), name="rates")
        try:
            yield
        finally:
            await ended(telling)
            await hearing.stop()

    async def tell(self) -> None:
        """Tell what was counted since it was told last; what nobody hears is lost, and lets a little more pass."""
        if self._untold:
            untold, self._untold = self._untold, {}
            await self._bus.tell(RATES, orjson.dumps({"from": self._me, "counts": untold}))

    async def _heard(self, payload: bytes) -> bytes:
        said: dict[str, Any] = orjson.loads(payload)
        if said["from"] != self._me:
            for key_id, (number, per_minute) in said["counts"].items():
                self._buckets.of(key_id, per_minute).left -= number
        return b""

    async def _tell_for_ever(self) -> None:
        while True:
            await self._counted.wait()  # a process whose keys ask nothing is not woken
            await asyncio.sleep(_EVERY)
            self._counted.clear()
            await self.tell()
