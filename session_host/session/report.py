"""What a session says of itself, and waiting for it to say something else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from session_host.whatsapp.client import Account
from shared.sessions.model import SessionReport, SessionStatus


class SessionReports:
    """The report of now; each new one is passed on, on the event loop."""

    def __init__(
        self, on_report: Callable[[SessionReport], None], clock: Callable[[], int], first: SessionStatus
    ) -> None:
        self._on_report = on_report
        self._clock = clock
        self._changed = asyncio.Event()
        self.now = SessionReport(status=first, since=clock())

    def enter(
        self,
        status: SessionStatus,
        reason: str | None,
        account: Account | None,
        *,
        until: int | None = None,
        next_try: int | None = None,
    ) -> None:
        """Report a state; `since` stays while the status does."""
        self.show(
            SessionReport(
                status=status,
                reason=reason,
                since=self.now.since if status is self.now.status else self._clock(),
                until=until,
                next_try=next_try,
                number=account.number if account else None,
                lid=account.lid if account else None,
                push_name=account.push_name if account else None,
            )
        )

    def show(self, report: SessionReport) -> None:
        """Report this, and wake who waits even when it says nothing new (a new code)."""
        news = report != self.now
        self.now = report
        self._changed.set()
        self._changed = asyncio.Event()
        if news:
            self._on_report(report)

    async def wait_for(self, met: Callable[[], bool], timeout: float) -> bool:  # noqa: ASYNC109 - answers False, never raises
        """Wait until a condition is met; False after `timeout` seconds."""
        deadline = asyncio.get_running_loop().time() + timeout
        while not met():
            changed = self._changed
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
            except TimeoutError:
                return met()
        return True
