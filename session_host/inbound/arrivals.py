"""What sessions of a shard are told: kept in its journal, then applied to the stores and published, each by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from session_host.disk.damage import set_aside_if_damaged
from session_host.inbound.applying import Inbound
from session_host.inbound.completing import Completing, Sources
from session_host.inbound.departed import Departed
from session_host.inbound.entry import STAGES
from session_host.inbound.journal import Journal, JournalUnwritable
from session_host.inbound.own import Own
from session_host.inbound.publishing import Publishing
from session_host.inbound.receipts import Receipts
from session_host.inbound.resends import Resends
from session_host.inbound.telling import Senders, Telling
from session_host.session.chat_timers import ChatTimers
from shared.contracts.events import MessageReceived
from shared.events.ports import EventLog
from shared.messages.ports import Inbox
from shared.messages.untold import Outcomes

_COUNTED_TO, _COUNT_EVERY = 10_000, 2.0


class Arrivals:
    """The journal of a shard, what completes its entries and the two that empty it."""

    def __init__(  # noqa: PLR0913, PLR0917 - its parts
        self,
        journal: Journal,
        completing: Completing,
        inbound: Inbound,
        publishing: Publishing,
        resends: Resends,
        telling: Telling,
    ) -> None:
        self.telling = telling
        self.journal = journal
        self._completing = completing
        self._resends = resends
        self.waiting = 0
        """Entries that waited in the journal a moment ago."""
        self.inbound = inbound
        self.publishing = publishing

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs until it is cancelled; `telling` besides, where sessions are held whose journal this is."""
        own = () if self.inbound.own is None else self.inbound.own.work()
        emptying = self._completing.run(), self.inbound.run(), self.publishing.run(), self._resends.run()
        return *emptying, self._count(), *own

    async def _count(self) -> None:
        while True:
            counts = [asyncio.to_thread(self.journal.waiting, stage, at_most=_COUNTED_TO) for stage in STAGES]
            with suppress(sqlite3.Error):  # a number for others to know: whoever empties the journal says what fails
                self.waiting = max(await asyncio.gather(*counts))
            await asyncio.sleep(_COUNT_EVERY)

    async def finish(self, within: float) -> None:
        """Apply and publish what is there, in so many seconds: the disk may go with the host, with all that it has."""
        began = asyncio.get_running_loop().time()
        with suppress(TimeoutError, JournalUnwritable):  # it waits in the journal
            async with asyncio.timeout(within):
                while await self._completing.complete():
                    pass
        within -= asyncio.get_running_loop().time() - began
        await asyncio.gather(self.publishing.finish(within), self.inbound.finish(within))


@contextmanager
def open_arrivals(  # noqa: PLR0913 - what they are made of
    file: Path,
    synchronous: Literal["FULL", "NORMAL"],
    *,
    inbox: Inbox,
    receipts: Receipts,
    resends: Resends,
    timers: ChatTimers,
    log: EventLog,
    departed: Departed,
    sources: Callable[[str], Sources],
    outcomes: Outcomes,
    senders: Senders,
    own: Own | None = None,
) -> Generator[Arrivals]:
    """Open a journal and what empties it, for as long as the context lasts.

    Args:
        file: the journal, made when missing; one that is damaged is set aside.
        synchronous: whether an entry survives a power cut (FULL) or only the process.
        inbox: where messages among the entries go.
        receipts: where receipts go.
        resends: who answers requests to send a message again.
        timers: what learns the timers of chats.
        log: where all of them are published.
        departed: whose entries are dropped instead.
        sources: whom to ask for what an event of a session lacks.
        outcomes: where it is found what became of messages and is not told.
        senders: the sessions that are held here.
        own: what sessions do by themselves.
    """
    loop = asyncio.get_running_loop()
    set_aside_if_damaged(file)
    with ExitStack() as stack:
        journal = Journal(
            file,
            synchronous=synchronous,
            on_append=lambda: loop.call_soon_threadsafe(wake),
            on_hold=lambda: loop.call_soon_threadsafe(completing.wake),
            on_announce=lambda: loop.call_soon_threadsafe(publishing.wake),
        )
        stack.callback(journal.close)
        completing = stack.enter_context(closing(Completing(journal, sources)))

        async def unsealed(uid: str, sealed: Sequence[tuple[MessageReceived, bytes]]) -> list[MessageReceived]:
            return await sources(uid).unsealed(sealed)

        telling = stack.enter_context(closing(Telling(journal, outcomes, senders)))
        inbound = stack.enter_context(
            closing(Inbound(journal, inbox, receipts, departed, resends, timers, unsealed, own, telling))
        )
        publishing = stack.enter_context(closing(Publishing(journal, log, departed)))

        def wake() -> None:
            inbound.wake()
            publishing.wake()

        yield Arrivals(journal, completing, inbound, publishing, resends, telling)
