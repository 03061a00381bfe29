"""Looks up what an event lacks, after the callback wrote it into the journal, before it is applied and published.

On the library's thread nothing may wait: a message is not safe before it is in the journal. So an event that names
somebody by LID only, or something that is sealed, is held there; this asks the library and the auth database, and lets
it go. Entries behind it wait, so that every session keeps its order: some milliseconds, `_WITHIN` at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from operator import attrgetter
from typing import Protocol, TypeVar

import structlog

from session_host.inbound.entry import Entry
from session_host.inbound.journal import Journal, JournalUnwritable
from session_host.whatsapp.content.answering import may_answer
from session_host.whatsapp.introductions import Introducible, introduced, strangers
from shared.contracts.events import MessageReceived
from shared.poll_options import names_by_id

T = TypeVar("T")

_log = structlog.get_logger()

_WITHIN = 3.0
"""Seconds for looking up what a batch lacks; then it goes on as it is."""
_BATCH = 200
_TRY_AGAIN = 0.2


class Sources(Protocol):
    """What can be asked about the events of one session."""

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        """The phone numbers of people named by LID, of those that are known. Raises OSError when nobody answers."""
        ...

    async def unsealed(self, sealed: Sequence[tuple[MessageReceived, bytes]]) -> list[MessageReceived]:
        """Edits, votes and the like that are sealed, each with its protobuf, as they read; what nothing opens stays.

        Raises OSError when nobody answers.
        """
        ...

    async def options_of(self, vote: MessageReceived) -> Sequence[str] | None:
        """The options of the poll that a vote is in, as far as it is stored; None when it is not."""
        ...

    async def answered(self, event: MessageReceived) -> MessageReceived:
        """A text, or a vote, with what it chooses of something that was offered in words, if it does."""
        ...


class Completing:
    """Completes the held entries of one shard's journal."""

    def __init__(self, journal: Journal, sources: Callable[[str], Sources]) -> None:
        """`sources` is asked for a session by its uid."""
        self._journal = journal
        self._sources = sources
        self._work = asyncio.Event()
        self._completing = asyncio.Lock()
        self._disk = ThreadPoolExecutor(1, "completing")
        self._work.set()  # there may be entries that an earlier process held

    def wake(self) -> None:
        """Say, on the event loop, that an entry is held."""
        self._work.set()

    async def run(self) -> None:
        """Complete entries as they come, until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                while await self.complete():
                    pass
            except JournalUnwritable as error:
                _log.error("held_events_wait", error=str(error))
                self._work.set()
                await asyncio.sleep(_TRY_AGAIN)

    async def complete(self) -> bool:
        """Complete and release one batch; False when nothing is held. Raises JournalUnwritable."""
        async with self._completing:
            entries = await self._on_disk(lambda: self._journal.held(limit=_BATCH))
            if not entries:
                return False
            by_session = groupby(sorted(entries, key=attrgetter("session_uid")), key=attrgetter("session_uid"))
            completed = await asyncio.gather(*(self._of_session(uid, list(group)) for uid, group in by_session))
            released = [each for session in completed for each in session]
            await self._on_disk(lambda: self._journal.release(released))
            return True

    def close(self) -> None:
        """Free the thread. The journal is its owner's to close."""
        self._disk.shutdown()

    async def _of_session(self, uid: str, entries: list[Entry]) -> list[tuple[int, bytes]]:
        """The events of one session, by their number, with what could be found."""
        events: dict[int, Introducible] = {}
        for entry in entries:
            try:
                event = entry.parse()
            except ValueError:
                continue  # who applies it sets it aside
            if isinstance(event, Introducible):
                events[entry.seq] = event
        try:
            async with asyncio.timeout(_WITHIN):
                await self._look_up(uid, {entry.seq: entry.raw for entry in entries}, events)
        except (TimeoutError, OSError) as error:
            _log.warning("event_incomplete", session=uid, events=len(entries), error=repr(error))
        return [(entry.seq, _json(events.get(entry.seq), entry)) for entry in entries]

    async def _look_up(self, uid: str, raw: Mapping[int, bytes | None], events: dict[int, Introducible]) -> None:
        """Complete the events in place: what was found before the time is up is kept."""
        sources = self._sources(uid)
        lids = _union(strangers(event) for event in events.values())
        if lids:
            numbers = await sources.numbers_of(lids)
            for seq, event in events.items():
                events[seq] = introduced(event, numbers)
        for seq, event in events.items():
            if isinstance(event, MessageReceived) and may_answer(event, quotes_me=event.content.quoted is not None):
                events[seq] = await sources.answered(event)
        sealed: dict[int, tuple[MessageReceived, bytes]] = {}
        for seq, event in events.items():
            body = raw[seq]
            if isinstance(event, MessageReceived) and event.sealed and body:
                sealed[seq] = event, body
        if sealed:
            for seq, event in zip(sealed, await sources.unsealed(list(sealed.values())), strict=True):
                events[seq] = await self._with_options(sources, event, uid)

    async def _with_options(self, sources: Sources, event: MessageReceived, uid: str) -> MessageReceived:
        """A vote with the names of its options, where the poll is known: stored, or a moment ago written down here."""
        target, vote = event.target, event.content.vote
        if target is None or vote is None or not target.choices:
            return event
        options = await sources.options_of(event)
        if options is None:
            entry = await self._on_disk(lambda: self._journal.find(uid, target.id))
            poll = None if entry is None else entry.poll
            options = () if poll is None else poll.options
        names = names_by_id(options)
        chosen = tuple(names[choice] for choice in target.choices if choice in names)
        if not chosen:
            return event
        content = event.content.model_copy(
            update={"vote": vote.model_copy(update={"options": chosen}), "message": ", ".join(chosen)}
        )
        return await sources.answered(event.model_copy(update={"content": content}))

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


def _json(event: Introducible | None, entry: Entry) -> bytes:
    return entry.event if event is None else event.model_dump_json().encode()


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)
