"""What keys did, counted by the hour: what was sent, what arrived, how many bytes of files, how many requests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from shared.ending import ended
from shared.errors import StoreUnavailable

HOUR_MS: Final = 3_600_000
KEPT_HOURS: Final = 90 * 24
REQUESTS: Final = "requests"
BYTES_IN, BYTES_OUT = "bytes_in", "bytes_out"
"""Of files."""
_EVERY = 10.0

_log = structlog.get_logger(__name__)

Counts = Mapping[tuple[str, int, str], int]
"""By key id, hour since 1970, and what is counted: `sent.image`, `failed.text`, `received.text`, and the above."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One number."""

    hour: int
    what: str
    number: int


class UsageRows(Protocol):
    """Where it is kept, for 90 days."""

    async def add(self, counts: Counts) -> None:
        """Add to what is there. What a crash leaves on DynamoDB is some of it."""
        ...

    async def between(self, key_id: str, first: int, last: int) -> list[Counted]:
        """What a key did from the first hour up to the last, both counted, in the order of hours."""
        ...


class UsageCounting:
    """Of one process, written down every ten seconds: one that dies loses what it counted since."""

    def __init__(self, rows: UsageRows, clock: Callable[[], int]) -> None:
        """`clock`: milliseconds since 1970."""
        self._usage_rows = rows
        self._clock = clock
        self._counts: Counter[tuple[str, int, str]] = Counter()

    def count(self, key_id: str, what: str, number: int = 1) -> None:
        """So many more of a key, now."""
        self._counts[key_id, self._clock() // HOUR_MS, what] += number

    async def write(self) -> None:
        """Write it down; while the store is away it is kept for the next time."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._usage_rows.add(counts)
        except StoreUnavailable as error:
            self._counts.update(counts)
            _log.warning("usage_waits", error=error.message)

    @asynccontextmanager
    async def written(self) -> AsyncGenerator[None]:
        """Write it down while the block runs, and at its end."""
        task = asyncio.create_task(self._write_for_ever(), name="usage")
        try:
            yield
        finally:
            await ended(task)
            await self.write()

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.write()
