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
from dataclasses import replace
from typing import TypeVar

import structlog
from zstandard import compress

from session_host.inbound.departed import Departed
from session_host.inbound.entry import Entry
from session_host.inbound.journal import Journal, JournalUnwritable
from session_host.inbound.receipts import Receipt, Receipts
from session_host.inbound.resends import Asked, Resends
from session_host.session.chat_timers import ChatTimers
from shared.backoff import Backoff
from shared.contracts.events import MessageReceived, ReceiptReceived, ResendAsked, Target, TimerSet
from shared.errors import StoreUnavailable
from shared.messages.model import InboundMessage
from shared.messages.ports import Inbox

T = TypeVar("T")
_Put = Callable[[Sequence[InboundMessage]], Awaitable[None]]

_log = structlog.get_logger()

_BATCH = 500
_FIRST_RETRY, _LAST_RETRY = 0.1, 10.0


def _inbox_row(entry: Entry, event: MessageReceived) -> InboundMessage:
    return InboundMessage(
        session_uid=entry.session_uid,
        position=f"{event.at:013d}-{entry.seq:012d}",
        id=event.id,
        chat=event.chat,
        from_number=event.from_number,
        from_lid=event.from_lid,
        from_me=event.from_me,
        timestamp=event.timestamp,
        type=event.type,
        push_name=event.push_name,
        content=event.content.model_dump(mode="json"),
        raw=None if entry.raw is None else compress(entry.raw),
    )


def _change(entry: Entry, event: MessageReceived, target: Target) -> InboundMessage:
    """What an edit or a revoke makes of the message it is about."""
    content = event.content.model_copy(update={"message_id": None})
    return replace(
        _inbox_row(entry, event),
        id=target.id,
        from_number=target.from_number,
        from_lid=target.from_lid,
        from_me=target.from_me,
        content=content.model_dump(mode="json"),
        raw=None,
    )


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
    ) -> None:
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
        self.failure: str | None = None
        """Why events wait at the moment; None when nothing is in the way."""

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
                done, receipts = await self._messages_of(await self._without_departed(entries))
                done += await self._receipts.settle(early + receipts)
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
        await self._on_disk(lambda: self._journal.forget(session_uid))

    async def _messages_of(self, entries: list[Entry]) -> tuple[list[int], list[Receipt]]:
        """Put the messages into the inbox; the numbers of what is applied by that, and the receipts to settle."""
        messages: list[tuple[Entry, InboundMessage]] = []
        changes: list[tuple[Entry, InboundMessage]] = []
        receipts: list[Receipt] = []
        nothing_to_do: list[int] = []
        for entry in entries:
            try:
                event = entry.parse()
            except ValueError as error:
                await self._set_aside(entry, error)
                continue
            if isinstance(event, MessageReceived):
                if event.target is not None and event.type in {"edit", "revoke"} and not event.sealed:
                    changes.append((entry, _change(entry, event, event.target)))
                elif event.type == "revoke":
                    nothing_to_do.append(entry.seq)
                else:
                    messages.append((entry, _inbox_row(entry, event)))
            elif isinstance(event, ReceiptReceived):
                receipts.append(Receipt(entry.seq, entry.session_uid, event))
            elif isinstance(event, ResendAsked):
                self._resends.ask(Asked(entry.seq, entry.session_uid, event))
            elif isinstance(event, TimerSet):
                await self._timers.learn(entry.session_uid, event)
                nothing_to_do.append(entry.seq)
            else:
                nothing_to_do.append(entry.seq)
        done = await self._put(self._inbox.append, messages) + await self._put(self._inbox.change, changes)
        return done + nothing_to_do, receipts

    async def _put(self, put: _Put, messages: list[tuple[Entry, InboundMessage]]) -> list[int]:
        """Put all of them at once or, when the store refuses one for what it is, one by one without that one."""
        if not messages:
            return []
        try:
            await put([message for _, message in messages])
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is: one message must not hold up the others
            if len(messages) == 1:
                await self._set_aside(messages[0][0], error)
                return []
            return [seq for message in messages for seq in await self._put(put, [message])]
        return [entry.seq for entry, _ in messages]

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
