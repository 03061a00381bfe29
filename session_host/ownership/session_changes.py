"""Writes every change of a session's state to the journal, as an event, without making the event loop wait for it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from session_host.inbound.journal import JournalUnwritable
from shared.contracts.events import AnyEvent, SessionChanged
from shared.sessions.model import SessionReport


class SessionChanges:
    """The changes of a shard's sessions: in the order in which they are noted, and on disk moments later.

    A change that cannot be written (a full disk) is in no journal; the journal says so, and the row has the state.
    """

    def __init__(
        self,
        announce: Callable[[Sequence[tuple[str, AnyEvent]]], object],
        clock: Callable[[], int],
        on_change: Callable[[SessionReport], None] = lambda _report: None,
    ) -> None:
        """Note changes.

        Args:
            announce: writes to the journal; it is called on a thread and may raise JournalUnwritable.
            clock: milliseconds since 1970.
            on_change: told each change, on the event loop.
        """
        self._on_change = on_change
        self._announce = announce
        self._clock = clock
        self._newest: dict[str, tuple[int, SessionReport]] = {}
        self._unwritten: deque[tuple[str, AnyEvent]] = deque()
        """Of many at once all that have come by then are written together: to bring one to the disk takes as long."""
        self._thread = ThreadPoolExecutor(1, "session-changes")

    def note(self, uid: str, epoch: int, report: SessionReport) -> None:
        """Have a report written down, unless it says what the last one said."""
        if self._newest.get(uid) == (epoch, report):
            return
        self._newest[uid] = (epoch, report)
        self._on_change(report)
        event = SessionChanged(
            at=self._clock(),
            epoch=epoch,
            status=report.status.value,
            reason=report.reason,
            since=report.since,
            until=report.until,
            next_try=report.next_try,
            number=report.number,
            lid=report.lid,
            push_name=report.push_name,
        )
        self._unwritten.append((uid, event))
        self._thread.submit(self._write)

    def forget(self, uid: str) -> None:
        """Nothing more is noted of a session by this owner."""
        self._newest.pop(uid, None)

    async def written(self) -> None:
        """Return when everything that was noted is in the journal."""
        await asyncio.get_running_loop().run_in_executor(self._thread, lambda: None)

    def close(self) -> None:
        """Write what is noted, and free the thread."""
        self._thread.shutdown()

    def _write(self) -> None:
        changes: list[tuple[str, AnyEvent]] = []
        with suppress(IndexError):
            while True:
                changes.append(self._unwritten.popleft())
        if changes:
            with suppress(
                JournalUnwritable
            ):  # the journal has said so, in the log and to whoever asks how the shard is
                self._announce(changes)
