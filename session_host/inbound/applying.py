"""Applies the journal to the stores: messages to the inbox, receipts to the rows of what was sent.

Entries are marked in the journal after they have been applied, so a crash in between applies them again, which changes
nothing. It waits for the store only: publishing the same entries (`publishing`) is independent of it. While the store
is away the journal grows and nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

import structlog

from session_host.inbound.batch import Batch, PolicyOf, Said
from session_host.inbound.departed import Departed
from session_host.inbound.entry import Entry
from session_host.inbound.journal import Journal, JournalUnwritable
from session_host.inbound.own import Own
from session_host.inbound.receipts import Receipt, Receipts
from session_host.inbound.resends import Resends
from session_host.inbound.saying import sealed_in
from session_host.inbound.telling import Telling
from session_host.session.chat_timers import ChatTimers
from shared.backoff import Backoff
from shared.contracts.events import MessageReceived
from shared.errors import StoreUnavailable
from shared.ids import now_ms
from shared.messages.changes import Change
from shared.messages.ports import Inbox
from shared.messages.received import InboundMessage

T = TypeVar("T")
R = TypeVar("R")
Drop = Callable[[str, str], Awaitable[None]]
"""Removes a file of a session, by their ids. Raises StoreUnavailable."""
Unsealed = Callable[[str, Sequence[tuple[MessageReceived, bytes]]], Awaitable[list[MessageReceived]]]
"""Opens what is sealed of a session, as `Sources.unsealed` does."""

_log = structlog.get_logger()

_BATCH = 500
_FIRST_RETRY, _LAST_RETRY = 0.1, 10.0
_OPENED_WITHIN = 3.0
"""Seconds."""


async def _as_they_are(_: str, sealed: Sequence[tuple[MessageReceived, bytes]]) -> list[MessageReceived]:
    return [event for event, _ in sealed]


class Inbound:
    """The drain of one shard's journal."""

    def __init__(  # noqa: PLR0913, PLR0917 - where everything comes from, and goes
        self,
        journal: Journal,
        inbox: Inbox,
        receipts: Receipts,
        departed: Departed,
        resends: Resends,
        timers: ChatTimers,
        unsealed: Unsealed = _as_they_are,
        own: Own | None = None,
        telling: Telling | None = None,
    ) -> None:
        """`unsealed` opens what came before its key; `own` is what sessions do alone, `telling` tells outcomes."""
        self._telling = telling
        self.own = own
        if own is not None:
            own.reads.on_done = self._answered
        self._unsealed = unsealed
        self._timers = timers
        self._departed = departed
        self._journal = journal
        self._inbox = inbox
        self._receipts = receipts
        self._resends = resends
        resends.on_done = self._answered
        self._cursor = 0
        self._applied: list[int] = []
        self._work = asyncio.Event()
        self._applying = asyncio.Lock()
        self._disk = ThreadPoolExecutor(1, "journal")  # the loop's own executor is full of the library's calls
        self.policy_of: PolicyOf | None = None
        """Which files of a session's messages are had."""
        self.on_files: Callable[[set[str]], object] = lambda _: None
        """Told the sessions of messages that have some."""
        self.drop: Drop | None = None
        """Removes the file of a message that is deleted."""
        self.failure: str | None = None
        """Why events wait at the moment; None when nothing is in the way."""

    def treat_files_as(self, other: Inbound) -> None:
        """As the drain of another journal does."""
        self.policy_of, self.on_files, self.drop = other.policy_of, other.on_files, other.drop

    def wake(self) -> None:
        """Say, on the event loop, that there are new entries."""
        self._work.set()

    async def run(self) -> None:
        """Apply entries as they come, until cancelled."""
        backoff = Backoff(_FIRST_RETRY, _LAST_RETRY)
        while True:
            self._work.clear()
            try:
                more = await self.apply()
            except (StoreUnavailable, JournalUnwritable) as error:
                self._fails(error)
                await backoff.wait()
                continue
            self.failure = None
            backoff.succeeded()
            if not more:
                await self._wait_for_work()

    async def apply(self) -> bool:
        """Apply one batch; False when there was nothing to apply.

        Raises:
            StoreUnavailable: the batch is applied again by the next call.
            JournalUnwritable: it is applied; a later call notes that in the journal.
        """
        async with self._applying:
            entries = await self._on_disk(lambda: self._journal.read("applied", after=self._cursor, limit=_BATCH))
            early = self._receipts.take_due()
            if not entries and not early and not self._applied:
                return False
            try:
                done = await self._apply(await self._sorted(await self._without_departed(entries)), early)
            except StoreUnavailable:
                self._receipts.put_back(early)
                raise
            if entries:
                self._cursor = entries[-1].seq
            self._applied += done
            await self._mark()
            return True

    async def _mark(self) -> None:
        applied, self._applied = self._applied, []
        try:
            await self._on_disk(lambda: self._journal.mark("applied", applied))
        except JournalUnwritable:
            self._applied += applied
            raise

    def _answered(self, seq: int) -> None:
        """A request to send again is done with."""
        self._applied.append(seq)
        self._work.set()

    async def finish(self, within: float) -> None:
        """Apply what is there; returns when that is done, the store is away, or some seconds have passed."""
        if self.failure is not None:
            return
        with suppress(TimeoutError, StoreUnavailable, JournalUnwritable):  # it waits in the journal
            async with asyncio.timeout(within):
                while await self.apply():
                    pass

    async def forget(self, session_uid: str) -> None:
        """Drop everything that waits of a session that is being deleted; nothing of it is applied afterwards."""
        async with self._applying:
            await self._drop(session_uid)

    def close(self) -> None:
        """Free the thread. The journal is its owner's to close."""
        self._disk.shutdown()

    async def _without_departed(self, entries: list[Entry]) -> list[Entry]:
        departed = await self._departed.among({entry.session_uid for entry in entries})
        for uid in departed:
            await self._drop(uid)
        return [entry for entry in entries if entry.session_uid not in departed]

    async def _drop(self, session_uid: str) -> None:
        self._receipts.forget(session_uid)
        self._resends.forget(session_uid)
        if self.own is not None:
            self.own.reads.forget(session_uid)
        if self._telling is not None:
            self._telling.forget(session_uid)
        await self._on_disk(lambda: self._journal.forget(session_uid))

    async def _sorted(self, entries: list[Entry]) -> Batch:
        batch = Batch(policy_of=self.policy_of)
        for entry in entries:
            try:
                batch.add(entry, entry.parse())
            except ValueError as error:
                await self._set_aside(entry, error)
        return batch

    async def _apply(self, batch: Batch, early: list[Receipt]) -> list[int]:
        """Do what is to be done, messages before what is said about them; the numbers of what is done with.

        Raises:
            StoreUnavailable: all of it is to be done again.
        """
        for asked in batch.asked:
            self._resends.ask(asked)
        if self.own is not None:
            for entry, call in batch.calls:
                await self.own.calls.take(entry.session_uid, call)
            for entry, read in batch.reads:
                self.own.reads.take(entry.seq, entry.session_uid, read)
        if self._telling is not None:
            await self._telling.applied([(entry.session_uid, ended) for entry, ended in batch.ended])
        for entry, timer in batch.timers:
            await self._timers.learn(entry.session_uid, timer)
        sealed = await self._append(batch.rows)
        settled = await self._receipts.settle(early + batch.settling)
        not_sent_here = [receipt.said for receipt in settled if receipt.unsettled and isinstance(receipt.said, Said)]
        sealed += await self._change(batch.said + not_sent_here)
        await self._open(sealed)
        return batch.done() + [receipt.seq for receipt in settled]

    async def _append(self, rows: list[tuple[Entry, InboundMessage]]) -> list[Change]:
        """Put messages into the inbox; what is sealed about those that came after it."""
        kept = await self._put(lambda some: self._inbox.append([row for _, row in some]), rows)
        if self.own is not None:
            for uid, event in self.own.to_read(row for _, row in rows):
                await self._on_disk(partial(self._journal.append, uid, event))
        if with_files := {row.session_uid for _, row in rows if row.fetches}:
            self.on_files(with_files)
        return [change for _, changes in kept for change in changes]

    async def _change(self, said: list[Said]) -> list[Change]:
        """Have rows take what is said about their messages; what is sealed about those that are there."""
        await self._drop_files([each.change for each in said if each.change.kind == "delete"])
        told = await self._put(
            lambda some: self._inbox.change([said.change for _, said in some]), [(each.entry, each) for each in said]
        )
        pairs = [pair for some, there in told for pair in zip(some, there, strict=True)]
        homeless = [(entry, each.row) for (entry, each), is_there in pairs if each.row is not None and not is_there]
        await self._append(homeless)
        return [each.change for (_, each), is_there in pairs if is_there and each.change.kind == "sealed"]

    async def _drop_files(self, deletes: list[Change]) -> None:
        """Remove the files of messages that are about to be deleted: a repeat after a crash finds these still."""
        for change in deletes if self.drop is not None else ():
            found = await self._inbox.get(change.session_uid, change.chat, change.message_id, from_me=change.from_me)
            media = None if found is None else found.content.get("media", {}).get("id")
            if self.drop and found and media and found.changed_by(change).content.get("deleted"):
                await self.drop(change.session_uid, media)

    async def _open(self, sealed: list[Change]) -> None:
        """Write down anew what can be opened by now; it is applied and published as anything that arrives."""
        for uid in {change.session_uid for change in sealed}:
            events = [sealed_in(change) for change in sealed if change.session_uid == uid]
            try:
                async with asyncio.timeout(_OPENED_WITHIN):
                    opened = await self._unsealed(uid, events)
            except (TimeoutError, OSError) as error:
                _log.warning("not_opened", session=uid, events=len(events), error=repr(error))
                continue
            for event, (_, raw) in zip(opened, events, strict=True):
                if not event.sealed:
                    now = event.model_copy(update={"at": now_ms(), "again": True})
                    await self._on_disk(partial(self._journal.append, uid, now, raw))

    async def _put(
        self, put: Callable[[list[tuple[Entry, T]]], Awaitable[R]], work: list[tuple[Entry, T]]
    ) -> list[tuple[list[tuple[Entry, T]], R]]:
        """Put all at once or, when the store refuses one for what it is, one by one without that one; what it says."""
        if not work:
            return []
        try:
            return [(work, await put(work))]
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is: one message must not hold up the others
            if len(work) == 1:
                await self._set_aside(work[0][0], error)
                return []
            return [part for one in work for part in await self._put(put, [one])]

    async def _set_aside(self, entry: Entry, error: Exception) -> None:
        _log.error("event_set_aside", session=entry.session_uid, seq=entry.seq, error=str(error))
        await self._on_disk(lambda: self._journal.set_aside("applied", entry.seq, str(error)))

    async def _wait_for_work(self) -> None:
        try:
            await asyncio.wait_for(self._work.wait(), self._receipts.next_due())
        except TimeoutError:
            return

    def _fails(self, error: Exception) -> None:
        if self.failure is None:
            _log.error("inbound_waits", error=str(error))
        self.failure = str(error)

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)
