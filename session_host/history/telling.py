"""Tells how far sessions have come with their past: in their rows and as events, some seconds apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from session_host.inbound.journal import JournalUnwritable
from shared.contracts.event import Event
from shared.contracts.history_events import HistoryProgressed
from shared.errors import StoreUnavailable
from shared.sessions.history import HistoryProgress
from shared.sessions.ports import Sessions

_log = structlog.get_logger(__name__)

_EVERY = 2.0
"""Seconds between two writes of a row."""


class Telling:
    """Of one shard."""

    def __init__(
        self,
        sessions: Sessions,
        announce: Callable[[Sequence[tuple[str, Event]]], object],
        clock: Callable[[], int],
        every: float = _EVERY,
    ) -> None:
        """`announce` writes events into the journal; it is called on a thread and may raise JournalUnwritable."""
        self._sessions = sessions
        self._announce = announce
        self._clock = clock
        self._every = every
        self._newest: dict[str, HistoryProgress] = {}
        self._told: dict[str, HistoryProgress] = {}
        self._work = asyncio.Event()

    def note(self, session_uid: str, shown: HistoryProgress) -> None:
        """Have this told, unless something newer is by then."""
        if shown != self._told.get(session_uid):
            self._newest[session_uid] = shown
            self._work.set()

    def forget(self, session_uid: str) -> None:
        """Tell nothing more of a session."""
        self._newest.pop(session_uid, None)
        self._told.pop(session_uid, None)

    async def run(self) -> None:
        """Tell what is noted, until cancelled; while the store is away the newest waits."""
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self.flush()
            except (StoreUnavailable, JournalUnwritable) as error:
                _log.warning("past_not_told", error=str(error))
                self._work.set()
            await asyncio.sleep(self._every)

    async def flush(self) -> None:
        """Tell what is noted now. Raises StoreUnavailable and JournalUnwritable: it is told by a later call."""
        for uid, shown in list(self._newest.items()):
            await self._sessions.note_history(uid, shown.text())
            before = self._told.get(uid)
            if before is None or (before.state, before.progress) != (shown.state, shown.progress):
                event = HistoryProgressed(
                    at=self._clock(),
                    state=shown.state,
                    progress=shown.progress,
                    messages=shown.messages,
                    missing=shown.missing,
                )
                await asyncio.to_thread(self._announce, [(uid, event)])
            self._told[uid] = shown
            if self._newest.get(uid) == shown:
                del self._newest[uid]
