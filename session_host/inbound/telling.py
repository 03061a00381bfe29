"""Tells what became of messages that were sent: from the marks in their rows into the journal, and from there as all.

The mark is set by the write of the outcome, and taken away when the entry in the journal is applied. So whenever a
process ends, an outcome has its mark, or its entry, or both; one with an entry here is not told once more. It happens
behind the sends, for many at once: several outcomes of a session are one entry (`shared.events.parts`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Protocol, TypeVar, cast

import structlog

from session_host.inbound.journal import Journal, JournalUnwritable
from shared.backoff import Backoff
from shared.contracts.outcome_events import MessagesEnded
from shared.errors import StoreUnavailable
from shared.events.parts import MOST
from shared.messages.model import MessageState
from shared.messages.untold import Mark, Outcomes, Untold

T = TypeVar("T")

_log = structlog.get_logger()

_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
"""Seconds in which outcomes are gathered: longer while there are many in many sessions, that several are one entry."""
_MANY = 20
"""A second."""
_WORTH = 16
"""Outcomes of a session for which an entry costs little beside the sends."""
_FIRST_RETRY, _LAST_RETRY = 0.1, 10.0
_LAST_ONES_WITHIN = 0.5


class Senders(Protocol):
    """The sessions that are held here. Others tell of theirs."""

    def uids(self) -> Collection[str]:
        """Which they are."""
        ...

    def lids(self, session_uid: str, sender: str | None, to: str) -> tuple[str | None, str | None]:
        """The LIDs of a session's number, while it is this one, and of somebody, as far as they are known."""
        ...


class Telling:
    """Of one shard."""

    def __init__(self, journal: Journal, outcomes: Outcomes, senders: Senders) -> None:
        self._journal = journal
        self._outcomes = outcomes
        self._senders = senders
        self._rung: set[str] = set()
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._on_its_way: dict[str, set[Mark]] = {}
        """By session: marks of what is in the journal, that are to be taken away."""
        self._has_looked_back = False
        self._fewer = asyncio.Event()
        self._disk = ThreadPoolExecutor(1, "telling")

    def of(self, uid: str) -> OfSession:
        """For the outbox of a session."""
        return OfSession(self, uid)

    def ring(self, uid: str) -> None:
        """Say, on the event loop, that there may be outcomes of a session."""
        self._rung.add(uid)
        self._wake.set()

    async def run(self) -> None:
        """Tell outcomes as they come, and now and then look for those that others wrote down; until cancelled."""
        backoff, pause, clock = Backoff(_FIRST_RETRY, _LAST_RETRY), _PAUSE, asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                async with asyncio.timeout(self._outcomes.looks_apart):
                    await self._wake.wait()
            except TimeoutError:
                self._rung |= set(self._senders.uids())
            await asyncio.sleep(pause)
            self._wake.clear()
            rung, self._rung = self._rung, set()
            try:
                told = await self.tell(rung.intersection(self._senders.uids()))
            except (StoreUnavailable, JournalUnwritable) as error:
                _log.warning("outcomes_wait", error=str(error))
                self._rung |= rung
                self._wake.set()
                await backoff.wait()
            else:
                backoff.succeeded()
                pause = _next_pause(pause, told, clock() - began)

    async def tell(self, uids: Collection[str]) -> list[int]:
        """Write down in the journal what was not told of these sessions; how many outcomes each entry has.

        Raises:
            StoreUnavailable: nothing was read.
            JournalUnwritable: nothing was written.
        """
        async with self._turn:
            await self._look_back()
            found = await self._outcomes.untold(uids, limit=MOST)
            events: list[tuple[str, MessagesEnded]] = []
            for uid, some in groupby(found, key=lambda each: each.session_uid):
                of_session = list(some)
                if len(of_session) == MOST:
                    self.ring(uid)  # there may be more
                if ended := self._ended(uid, of_session):
                    events.append((uid, ended))
            if events:
                await self._on_disk(lambda: self._journal.append_all(events))
            for uid, event in events:
                self._note(uid, event)
            return [len(event.ends) for _, event in events]

    async def applied(self, events: Sequence[tuple[str, MessagesEnded]]) -> None:
        """Take the marks away of these entries, with their sessions. May be repeated. Raises StoreUnavailable."""
        marks = [mark for uid, event in events for mark in _marks(uid, event)]
        if not marks:
            return
        await self._outcomes.told(marks)
        for mark in marks:
            self._on_its_way.get(mark.session_uid, set()).discard(mark)
        self._on_its_way = {uid: left for uid, left in self._on_its_way.items() if left}
        self._fewer.set()

    async def finish(self, uid: str) -> None:
        """Tell what there is of a session that leaves, and take the marks away, so that its next owner does not."""
        try:
            async with asyncio.timeout(_LAST_ONES_WITHIN):
                await self.tell([uid])
                while uid in self._on_its_way:
                    self._fewer.clear()
                    await self._fewer.wait()
        except (TimeoutError, StoreUnavailable, JournalUnwritable) as error:
            _log.warning("outcomes_left", session=uid, error=str(error) or type(error).__name__)

    def forget(self, session_uid: str) -> None:
        """Drop what is known of a session that is being deleted."""
        self._rung.discard(session_uid)
        self._on_its_way.pop(session_uid, None)
        self._fewer.set()

    def close(self) -> None:
        """Free the thread. The journal is its owner's to close."""
        self._disk.shutdown()

    async def _look_back(self) -> None:
        """Learn what an earlier process of this journal has told and not taken the marks of."""
        if self._has_looked_back:
            return
        entries = await self._on_disk(lambda: self._journal.to_apply(MessagesEnded.model_fields["kind"].default))
        for entry in entries:
            with suppress(ValueError):  # it is set aside in a moment
                self._note(entry.session_uid, cast("MessagesEnded", entry.parse()))
        self._has_looked_back = True

    def _note(self, uid: str, event: MessagesEnded) -> None:
        self._on_its_way.setdefault(uid, set()).update(_marks(uid, event))

    def _ended(self, uid: str, untold: Iterable[Untold]) -> MessagesEnded | None:
        under_way = self._on_its_way.get(uid, set())
        mine = [each for each in untold if Mark(uid, each.message_id, each.mark) not in under_way]
        if not mine:
            return None
        ends = tuple(_end(each, self._senders) for each in mine)
        return MessagesEnded(at=mine[-1].at, ends=ends, marks=tuple(each.mark for each in mine))

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


def _next_pause(pause: float, told: Sequence[int], seconds: float) -> float:
    """How long to gather after a round of so many seconds that told these."""
    if sum(told) < _MANY * seconds:
        return _PAUSE
    return min(2 * pause, _LONGEST_PAUSE) if sum(told) < _WORTH * len(told) else pause


@dataclass(frozen=True, slots=True)
class OfSession:
    """The same for one session."""

    _telling: Telling
    _uid: str

    def ring(self) -> None:
        """There may be outcomes of it."""
        self._telling.ring(self._uid)

    async def finish(self) -> None:
        """Tell the last ones: the session leaves."""
        await self._telling.finish(self._uid)


def _marks(uid: str, event: MessagesEnded) -> list[Mark]:
    return [Mark(uid, end["message_id"], mark) for end, mark in zip(event.ends, event.marks, strict=True)]


def _end(untold: Untold, senders: Senders) -> dict[str, Any]:
    """A `MessageEnded` as JSON."""
    is_sent = untold.state is MessageState.SENT
    own_lid, lid = senders.lids(untold.session_uid, untold.sender, untold.to)
    failure = None if is_sent else untold.failure
    end = {
        "kind": "message_ended",
        "at": untold.at,
        "message_id": untold.message_id,
        "state": untold.state.value,
        "chat": untold.to,
        "chat_lid": lid,
        "type": untold.type,
        "wa_id": untold.wa_id,
        "sender": untold.sender,
        "sender_lid": own_lid,
        "client_ref": untold.client_ref,
        "timestamp": untold.sent_at // 1000 if is_sent and untold.sent_at is not None else None,
        "why": None if failure is None else asdict(failure),
    }
    return {name: value for name, value in end.items() if value is not None}
