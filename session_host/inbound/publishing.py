"""Publishes the journal to the log of events: everything in it, once, in the order of each session.

It waits for NATS only; applying the same entries to the stores (`inbound`) is independent. While NATS is away the
journal grows and nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from session_host.inbound.departed import Departed
from session_host.inbound.entry import Entry
from session_host.inbound.journal import Journal, JournalUnwritable
from shared.backoff import Backoff
from shared.errors import StoreUnavailable
from shared.events.model import Publication
from shared.events.ports import EventLog

T = TypeVar("T")

_log = structlog.get_logger()

_BATCH = 500
_FIRST_RETRY, _LAST_RETRY = 0.1, 10.0


class Publishing:
    """The publisher of one shard's journal."""

    def __init__(self, journal: Journal, log: EventLog, departed: Departed) -> None:
        self._departed = departed
        self._publishing = asyncio.Lock()
        self._journal = journal
        self._log = log
        self._cursor = 0
        """Everything up to here is published, or set aside."""
        self._unmarked: list[int] = []
        self._tried = journal.inherited
        """Entries up to here may be in the log, unless they are marked."""
        self._reached: int | None = None
        """How far the log was, when nothing that was tried is in doubt."""
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._disk = ThreadPoolExecutor(1, "publishing")
        self.failure: str | None = None
        """Why events wait at the moment; None when nothing is in the way."""

    def wake(self) -> None:
        """Say, on the event loop, that there are new entries."""
        self._idle.clear()
        self._work.set()

    async def run(self) -> None:
        """Publish entries as they come, until cancelled."""
        backoff = Backoff(_FIRST_RETRY, _LAST_RETRY)
        while True:
            self._work.clear()
            try:
                more, failure = await self.publish()
            except JournalUnwritable as error:
                more, failure = True, str(error)
            self._note(failure)
            if failure is not None:
                await backoff.wait()
                continue
            backoff.succeeded()
            if not more and not self._work.is_set():
                self._idle.set()
                await self._work.wait()

    async def publish(self) -> tuple[bool, str | None]:
        """Publish one batch: whether there was one, and why the log takes nothing at the moment.

        Raises:
            JournalUnwritable: what is published is not marked; a later call does it.
        """
        async with self._publishing:
            return await self._publish()

    async def forget(self, session_uid: str) -> None:
        """Remove a session that is being deleted from the log, and nothing of it is published afterwards.

        To be called when nothing of it is in the journal. Raises BusUnavailable.
        """
        async with self._publishing:  # a batch under way may have read its entries before they were removed
            await self._log.forget(session_uid)

    async def _publish(self) -> tuple[bool, str | None]:
        await self._mark()
        entries = await self._on_disk(lambda: self._journal.read("published", after=self._cursor, limit=_BATCH))
        if not entries:
            return False, None
        publications, why = await self._publications(entries)
        outcome = await self._log.publish([event for event in publications if event.key_id])
        outcome.failure = outcome.failure or why
        for refused, why in outcome.refused:
            await self._set_aside(refused.session_uid, refused.number, why)
        self._unmarked += [event.number for event in outcome.published]
        gone = {event.number for event in outcome.published} | {event.number for event, _ in outcome.refused}
        waiting = [event.number for event in publications if event.number not in gone]
        self._cursor = waiting[0] - 1 if waiting else entries[-1].seq
        if waiting:
            self._tried = max(self._tried, entries[-1].seq)
        else:
            self._reached = outcome.position or self._reached
        await self._mark()
        return True, outcome.failure

    async def finish(self, within: float) -> None:
        """Return when everything is published, NATS is away, or some seconds have passed; `run` does the work."""
        if self.failure is not None:
            return
        try:
            async with asyncio.timeout(within):
                await self._idle.wait()
        except TimeoutError:
            return

    def close(self) -> None:
        """Free the thread. The journal and the log are their owners' to close."""
        self._disk.shutdown()

    async def _publications(self, entries: list[Entry]) -> tuple[list[Publication], str | None]:
        """What of these is published; those of which it is not known whose they are have no key, and why it is not."""
        readable = await self._readable(entries)
        whose, unknown, why = await self._keys_of(readable)
        return [
            Publication(self._journal.id, entry.seq, uid, kind, entry.event, whose.get(uid, ""), self._behind(entry))
            for entry, kind in readable
            if (uid := entry.session_uid) in whose or uid in unknown
        ], why

    def _behind(self, entry: Entry) -> int | None:
        return self._journal.position if entry.seq <= self._tried else None

    async def _keys_of(self, entries: list[tuple[Entry, str]]) -> tuple[Mapping[str, str], set[str], str | None]:
        """The keys of sessions; those of which that is not known, and why. What is of a deleted one is dropped."""
        uids = {entry.session_uid for entry, _ in entries}
        unknown: set[str] = set()
        why: str | None = None
        try:
            keys = await self._departed.keys_of(uids)
        except StoreUnavailable as error:
            unknown, why = self._departed.strangers(uids), f"Of some it is not known whose they are: {error.message}"
            keys = await self._departed.keys_of(uids - unknown)
        for uid in uids - keys.keys() - unknown:
            await self._on_disk(lambda: self._journal.forget(uid))  # noqa: B023 - awaited here
        return keys, unknown, why

    async def _readable(self, entries: list[Entry]) -> list[tuple[Entry, str]]:
        """Those that say of which kind they are, with that; others are set aside."""
        found: list[tuple[Entry, str]] = []
        for entry in entries:
            try:
                found.append((entry, entry.kind))
            except ValueError as error:
                await self._set_aside(entry.session_uid, entry.seq, str(error))
        return found

    async def _mark(self) -> None:
        if self._unmarked:
            await self._on_disk(lambda: self._journal.mark("published", self._unmarked, position=self._reached))
            self._unmarked, self._reached = [], None

    async def _set_aside(self, session_uid: str, seq: int, why: str) -> None:
        _log.error("event_not_publishable", session=session_uid, seq=seq, error=why)
        await self._on_disk(lambda: self._journal.set_aside("published", seq, why))

    def _note(self, failure: str | None) -> None:
        if failure is not None and self.failure is None:
            _log.error("events_wait", error=failure)
        if failure is None and self.failure is not None:
            _log.info("events_published_again")
        self.failure = failure

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)
