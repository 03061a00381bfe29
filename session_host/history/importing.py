"""Stores the past of sessions, piece by piece, behind everything else that the shard does.

What is stored is noted after it was stored, so a crash stores the last part again, which changes nothing. A piece is
removed from the disk when all of it is stored. Between two parts it rests, so that live messages come first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from session_host.history.opening import OpenPiece, opened
from session_host.history.spool import Piece, Spool
from session_host.history.state import State
from session_host.history.storing import Storing
from session_host.history.telling import Telling
from session_host.whatsapp.past.piece import Told
from session_host.whatsapp.past.reading import Wanted, read
from shared.backoff import Backoff
from shared.errors import StoreUnavailable
from shared.sessions.chosen import choices_of
from shared.sessions.history import HistoryProgress
from shared.sessions.model import Desired, Session
from shared.sessions.ports import Sessions

T = TypeVar("T")

_log = structlog.get_logger(__name__)

_FIRST_RETRY, _LAST_RETRY = 0.5, 30.0
_LOOK_EVERY = 30.0
_FIRST_PIECE = "INITIAL_BOOTSTRAP"
_DAY = 86_400
_ALL = 100
_TICK = 100
"""Milliseconds by which the time of a file may be behind the clock: the kernel counts it in ticks."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken, and how."""

    messages: int = 50_000
    """Of one session."""
    days: int = 90
    """What was said before is not kept."""
    at_once: int = 25
    """Messages that are stored together: whoever sends meanwhile waits no longer than that takes."""
    rest: float = 3.0
    """For how long it rests after each of them, as a multiple of what that took."""
    given_up_after: float = 600.0
    """Seconds after which a piece that was announced, or that should follow, is taken for lost."""


class Importing:
    """Of one shard."""

    def __init__(  # noqa: PLR0913, PLR0917 - from where to where
        self,
        spool: Spool,
        sessions: Sessions,
        storing: Storing,
        telling: Telling,
        clock: Callable[[], int],
        limits: Limits,
    ) -> None:
        """`clock` counts milliseconds since 1970."""
        self._spool = spool
        self._sessions = sessions
        self._storing = storing
        self._telling = telling
        self._clock = clock
        self._limits = limits
        self._began = clock()
        self._states: dict[str, State] = {}
        self._turn = asyncio.Lock()
        self._gone: set[str] = set()
        self._work = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "history")

    def wake(self) -> None:
        """Say, on the event loop, that a piece came or was announced."""
        self._work.set()

    async def run(self) -> None:
        """Store pieces as they come, until cancelled."""
        backoff = Backoff(_FIRST_RETRY, _LAST_RETRY)
        while True:
            self._work.clear()
            try:
                more = await self.store_waiting()
            except (StoreUnavailable, OSError) as error:
                _log.warning("past_waits", error=str(error))
                await backoff.wait()
                continue
            backoff.succeeded()
            if not more:
                await self._wait()

    async def store_waiting(self) -> bool:
        """Store a piece of each session that has some; whether any had. Raises StoreUnavailable and OSError."""
        found = False
        for uid in await self._on_disk(self._spool.sessions):
            async with self._turn:
                pieces = await self._on_disk(partial(self._spool.pieces, uid))
                if pieces:
                    await self._store(pieces[0])
                    found = True
                else:
                    await self._look(uid)
        return found

    async def forget(self, session_uid: str) -> None:
        """Remove what waits of a session that is being deleted; nothing of it is stored afterwards. May be repeated."""
        self._gone.add(session_uid)
        async with self._turn:
            self._telling.forget(session_uid)
            await self._drop(session_uid)

    def close(self) -> None:
        """Free the thread. The spool is its owner's."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _store(self, piece: Piece) -> None:
        uid = piece.session_uid
        row = await self._sessions.get(uid)
        if row is None or row.desired is Desired.DELETED or uid in self._gone:
            await self._drop(uid)
            return
        state = await self._state(row)
        days = min(choices_of(row.settings).history.days, self._limits.days)
        if days:
            await self._store_all(piece, row, state, days)
            await self._make_searchable(uid)
        if uid in self._gone:
            return
        await self._on_disk(partial(self._spool.remove, piece))
        state.last_at = self._clock()
        await self._note(uid, state)

    async def _store_all(self, piece: Piece, row: Session, state: State, days: int) -> None:
        """Store a piece, from where an earlier process came to."""
        uid = piece.session_uid
        try:
            with opened(piece.path) as found:
                if state.ended == "limited" and not found.about.name.startswith(_FIRST_PIECE):
                    return
                state.more_comes(anew=found.about.name.startswith(_FIRST_PIECE))
                wanted = Wanted(
                    uid, found.came_at // 1000 - days * _DAY, choices_of(row.settings).ignore, self._limits.at_once
                )
                parts = read(found.data, found.about, found.people, wanted, state.goes_on_with(piece.path.name))
                if await self._store_parts(uid, parts, found, state):
                    state.progress = max(state.progress, found.about.progress or 0)
                await self._on_disk(partial(self._spool.came, uid, found.about.name))
        except ValueError as error:  # what the library gave, or the disk made of it
            _log.error("past_not_understood", session=uid, error=str(error))
            state.missing += 1

    async def _store_parts(self, uid: str, parts: Iterator[Told], found: OpenPiece, state: State) -> bool:
        """Store what is left of a piece; whether that was all of it."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            told = await self._on_disk(partial(next, parts, None))
            if told is None:
                return True
            if uid in self._gone:
                return False
            state.messages += await self._storing.put(uid, told, found.people)
            state.place = max(state.place, told.place)
            if state.messages >= self._limits.messages:
                state.ended = "limited"
            await self._note(uid, state)
            if state.ended == "limited":
                return False
            await asyncio.sleep((loop.time() - began) * self._limits.rest)

    async def _make_searchable(self, uid: str) -> None:
        """So much comes at once that whoever searches first would wait for it."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while uid not in self._gone and await self._storing.make_searchable(uid):
            await asyncio.sleep((loop.time() - began) * self._limits.rest)
            began = loop.time()

    async def _look(self, uid: str) -> None:
        """Nothing of a session waits: whether more is to come."""
        if uid in self._gone:
            await self._drop(uid)
            return
        announced = await self._on_disk(partial(self._spool.announced, uid))
        known = self._states.get(uid)
        if known is not None and known.ended is not None and not announced:
            return
        row = await self._sessions.get(uid)
        if row is None or row.desired is Desired.DELETED:
            await self._drop(uid)
            return
        state = await self._state(row)
        if not choices_of(row.settings).history.days:
            await self._forget_announced(uid, announced)
            return
        now = self._clock()
        lost = [name for name, at in announced.items() if self._is_lost(at * 1000, now)]
        await self._forget_announced(uid, lost)
        state.missing += len(lost)
        if len(lost) < len(announced) or state.ended is not None:
            return
        if state.progress >= _ALL:
            state.ended = "incomplete" if state.missing else "done"
        elif lost or self._is_late(state.last_at, now):
            state.ended = "incomplete"
        await self._note(uid, state)

    def _is_lost(self, announced_at: float, now: int) -> bool:
        """Whether a piece that was announced then never comes: the library keeps what it fetches in memory alone."""
        return announced_at < self._began - _TICK or self._is_late(announced_at, now)

    def _is_late(self, at: float, now: int) -> bool:
        return now - at > self._limits.given_up_after * 1000

    async def _forget_announced(self, uid: str, names: list[str] | dict[str, float]) -> None:
        for name in names:
            await self._on_disk(partial(self._spool.came, uid, name))

    async def _state(self, row: Session) -> State:
        """How far a session has come: as this host noted it, else as another host wrote into its row."""
        if row.uid not in self._states:
            noted = await self._on_disk(partial(self._spool.state, row.uid))
            shown = HistoryProgress.of(row.history)
            after = State() if shown is None else State.after(shown, self._clock())
            self._states[row.uid] = after if noted is None else State.of(noted)
        return self._states[row.uid]

    async def _note(self, uid: str, state: State) -> None:
        await self._on_disk(partial(self._spool.note, uid, state.text()))
        self._telling.note(uid, state.shown)

    async def _drop(self, uid: str) -> None:
        self._states.pop(uid, None)
        await self._on_disk(partial(self._spool.forget, uid))

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_EVERY):
                await self._work.wait()
        except TimeoutError:
            return

    async def _on_disk(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
