"""Writes what sessions do into their rows: the newest report of each, in the order of its changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from session_host.ownership.session_changes import SessionChanges
from shared.errors import StoreUnavailable
from shared.sessions.model import SessionReport
from shared.sessions.ports import Sessions

_log = structlog.get_logger()

_RETRY = 1.0


class Reports:
    """The report writer of one shard. A report that is overtaken by a newer one before it is written is not written."""

    def __init__(
        self, sessions: Sessions, owner: str, on_lost: Callable[[str, int], None], changes: SessionChanges
    ) -> None:
        """`on_lost` is told the uid and epoch of a session that is no longer held with that epoch."""
        self._sessions = sessions
        self._changes = changes
        self._owner = owner
        self._on_lost = on_lost
        self._unwritten: dict[str, tuple[int, SessionReport]] = {}
        self._work = asyncio.Event()

    def put(self, uid: str, epoch: int, report: SessionReport) -> None:
        """Have a report written, and noted as an event even when it is overtaken."""
        self._changes.note(uid, epoch, report)
        self._unwritten[uid] = (epoch, report)
        self._work.set()

    def forget(self, uid: str) -> None:
        """Write nothing more of a session."""
        self._unwritten.pop(uid, None)
        self._changes.forget(uid)

    async def run(self) -> None:
        """Write reports as they come, until cancelled; while the store is away the newest ones wait."""
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self.flush()
            except StoreUnavailable as error:
                _log.warning("reports_wait", error=str(error))
                await asyncio.sleep(_RETRY)
                self._work.set()

    async def flush(self) -> None:
        """Write what is unwritten. Raises StoreUnavailable; the rest stays unwritten then."""
        written = await asyncio.gather(*(self._write(uid) for uid in list(self._unwritten)), return_exceptions=True)
        for result in written:
            if isinstance(result, BaseException):
                raise result

    async def _write(self, uid: str) -> None:
        unwritten = self._unwritten.get(uid)
        if unwritten is None:  # forgotten since it was listed: the session is being let go
            return
        epoch, report = unwritten
        held = await self._sessions.write_report(uid, self._owner, epoch, report)
        if self._unwritten.get(uid) == (epoch, report):
            del self._unwritten[uid]
        if not held:
            self._on_lost(uid, epoch)
