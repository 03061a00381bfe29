"""Counts the requests of each key and writes the counts down every few seconds, not with every request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import structlog

from shared.errors import StoreUnavailable
from shared.ids import now_ms
from shared.tenants.model import KeyUse
from shared.tenants.ports import ApiKeys
from shared.tenants.usage import REQUESTS, UsageCounting, UsageRows

_EVERY = 5.0

log = structlog.get_logger("functions")


class Usage:
    """What this process saw of keys since it last wrote it down. A crash loses at most 5 s of counts."""

    def __init__(self, keys: ApiKeys, rows: UsageRows) -> None:
        self._keys = keys
        self._by_hour = UsageCounting(rows, now_ms)
        self._seen: dict[str, KeyUse] = {}

    def count(self, key_id: str) -> None:
        """One more request of this key."""
        self._by_hour.count(key_id, REQUESTS)
        seen = self._seen.get(key_id)
        self._seen[key_id] = KeyUse(1 if seen is None else seen.requests + 1, now_ms())

    async def write(self) -> None:
        """Write the counts down; when the store is away they are kept for the next time."""
        await self._by_hour.write()
        if not self._seen:
            return
        uses, self._seen = self._seen, {}
        try:
            await self._keys.record_use(uses)
        except StoreUnavailable as error:
            self._keep(uses)
            log.warning("key use not written", error=str(error), keys=len(uses))

    @contextlib.asynccontextmanager
    async def written(self) -> AsyncGenerator[None]:
        """Write them down every few seconds while the block runs, and at its end."""
        task = asyncio.create_task(self._write_for_ever(), name="key use")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self.write()

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.write()

    def _keep(self, uses: dict[str, KeyUse]) -> None:
        for key_id, use in uses.items():
            later = self._seen.get(key_id, KeyUse(0, 0))
            self._seen[key_id] = KeyUse(use.requests + later.requests, max(use.last_used, later.last_used))
