"""Removes what has been kept long enough: what was sent, what arrived, what webhooks were told, events set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from session_host.inbound.journal import Journal, JournalUnwritable
from shared.errors import StoreUnavailable
from shared.media.sweeping import FileSweep
from shared.messages.ports import Inbox, Messages
from shared.messages.receipts import ReceiptRows
from shared.webhooks.model import KEPT_FOR_MS as DELIVERIES_KEPT_FOR_MS
from shared.webhooks.ports import Deliveries

_log = structlog.get_logger()

KEPT_FOR_MS = 30 * 24 * 3600 * 1000
_DAY_MS = 24 * 3600 * 1000
_EVERY = 3600.0
_AT_ONCE = 1_000
_TRIMS_EVERY = 24
"""Rounds after which the number of each inbox is looked at: DynamoDB has to read what is kept for that."""


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long, and how many."""

    inbox_days: int
    inbox_messages: int
    """Of each session."""
    set_aside_days: int
    set_aside_events: int
    """In each journal."""


@dataclass(frozen=True, slots=True)
class Aging:
    """What it is removed from, for all sessions."""

    messages: Messages
    receipts: ReceiptRows
    inbox: Inbox
    files: FileSweep
    deliveries: Deliveries


class Retention:
    """What one shard removes; the rows of all sessions are for one shard of a host. Several may do it."""

    def __init__(self, aging: Aging, journal: Journal, kept: Kept, clock: Callable[[], int]) -> None:
        self._aging = aging
        self._journal = journal
        self._kept = kept
        self._clock = clock

    async def run(self, held: Callable[[], Iterable[str]], *, of_all: bool) -> None:
        """Remove every hour, until cancelled.

        Args:
            held: the sessions whose inboxes are to be cut to their number of messages, once a day.
            of_all: whether to remove rows by age, which are not of held sessions alone.
        """
        rounds = 0
        while True:
            try:
                if of_all:
                    await self.remove_old()
                await asyncio.to_thread(self.remove_set_aside)
                if rounds % _TRIMS_EVERY == 1:  # not at the start, which has more to do
                    await self.trim(held())
            except (StoreUnavailable, JournalUnwritable) as error:
                _log.warning("purge_failed", error=str(error))
            rounds += 1
            await asyncio.sleep(_EVERY)

    async def remove_old(self) -> None:
        """Remove rows by their age, and files that have expired. Raises StoreUnavailable."""
        now = self._clock()
        removed = await self._aging.messages.purge(before=now - KEPT_FOR_MS)
        removed += await self._aging.receipts.purge(before=now - KEPT_FOR_MS)
        removed += await self._aging.inbox.purge(before=now - self._kept.inbox_days * _DAY_MS)
        while deliveries := await self._aging.deliveries.prune(now - DELIVERIES_KEPT_FOR_MS, _AT_ONCE):
            removed += deliveries
        _log.debug("purged", rows=removed, files=await self._aging.files.remove_old())

    async def trim(self, held: Iterable[str]) -> None:
        """Cut inboxes to their number of messages. Raises StoreUnavailable."""
        for uid in list(held):
            removed = await self._aging.inbox.trim(uid, keep=self._kept.inbox_messages)
            if removed:
                _log.info("inbox_trimmed", session=uid, messages=removed)

    def remove_set_aside(self) -> None:
        """Remove events that were set aside, by age and number. Raises JournalUnwritable."""
        before = self._clock() - self._kept.set_aside_days * _DAY_MS
        removed = self._journal.prune(before=before, keep=self._kept.set_aside_events)
        if removed:
            _log.warning("set_aside_removed", events=removed)
