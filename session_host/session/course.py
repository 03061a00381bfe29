"""The course of a session: the client it has, what that says, and where it leads.

Where a signal leads is written in `states.TABLE`.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from session_host.session.attempts import Attempts
from session_host.session.current_client import SessionClient
from session_host.session.report import SessionReports
from session_host.session.settings import SessionSettings
from session_host.session.states import LIVE, Action, Step, step
from session_host.session.work_queue import WorkQueue
from session_host.whatsapp.client import (
    Account,
    Banned,
    Connected,
    Ended,
    Lost,
    OnSignal,
    QrCode,
    Signal,
    WhatsAppClient,
)
from shared.sessions.model import SessionReport, SessionStatus

_log = structlog.get_logger(__name__)

QR_ROUND_MS = 160_000
"""Six codes: the first is shown for 60 s, the others for 20 s each."""


class Course:
    """Of one session. All of it is done by the session's queue, one thing at a time."""

    def __init__(
        self,
        uid: str,
        make_client: Callable[[OnSignal], WhatsAppClient],
        reports: SessionReports,
        settings: SessionSettings,
        clock: Callable[[], int],
    ) -> None:
        self._uid = uid
        self._reports = reports
        self._settings = settings
        self._clock = clock
        self.account: Account | None = None
        self.paired: bool | None = None
        """Whether there is a pairing, as far as it is known."""
        self.qr: QrCode | None = None
        """The last code of its client."""
        self.round_began = 0
        """When the first code of this round was asked for; milliseconds since 1970."""
        self._rounds = 0
        self.attempts = Attempts(settings.first_backoff, settings.longest_backoff)
        self.work = WorkQueue(f"session {uid}", self._broken)
        self.client = SessionClient(make_client, self.work, self._handle, self.attempts)

    @property
    def report(self) -> SessionReport:
        """What the session does now."""
        return self._reports.now

    async def begin(self, client: WhatsAppClient) -> None:
        """Have this client connect, with a whole number of rounds of codes before it."""
        self._rounds = 0
        self.attempts.succeeded()
        await self._open(client)

    def reopen_at(self, moment: int) -> None:
        """Open a new client then (milliseconds since 1970), unless something else happens before."""
        self._reopen_after((moment - self._clock()) / 1000)

    def forget_pairing(self) -> None:
        """There is none any more."""
        self.account, self.paired = None, False

    async def rest(self, status: SessionStatus, reason: str | None, next_try: int | None = None) -> None:
        """Disconnect and rest in this state."""
        await self.drop_client()
        self.enter(status, reason, next_try=next_try)

    async def drop_client(self) -> None:
        """Disconnect; nothing is planned any more."""
        self.qr = None
        await self.client.drop()

    def enter(
        self, status: SessionStatus, reason: str | None, *, until: int | None = None, next_try: int | None = None
    ) -> None:
        """Report a state."""
        self._reports.enter(status, reason, self.account, until=until, next_try=next_try)

    async def _open(self, client: WhatsAppClient, *, keep_report: bool = False) -> None:
        self.round_began = self._clock()
        if not keep_report:
            self.enter(SessionStatus.STARTING, None)
        await self.client.open(client)

    def _reopen_after(self, seconds: float) -> None:
        """Open a new client after some seconds, unless something else happens before."""

        async def reopen() -> None:
            await self._open(self.client.new(), keep_report=self.report.status in LIVE)

        self.client.later(seconds, reopen)

    async def _handle(self, signal: Signal) -> None:
        taken = step(self.report.status, signal)
        if taken is None:
            return
        _log.debug("signal", session=self._uid, signal=type(signal).__name__, state=self.report.status)
        if isinstance(signal, Connected):
            self.account = signal.account
            self.paired = True
            self.attempts.succeeded()
            self._rounds = 0
            self.qr = None
        if isinstance(signal, Ended):
            _log.warning("client ended", session=self._uid, error=signal.error)
        await self._act(taken, signal)

    async def _act(self, taken: Step, signal: Signal) -> None:
        match taken.action:
            case Action.NOTHING:
                next_try = signal.next_try if isinstance(signal, Lost) else None
                self.enter(taken.status, taken.reason, next_try=next_try)
            case Action.SHOW_CODE:
                self.qr = signal if isinstance(signal, QrCode) else None
                self.enter(taken.status, taken.reason)
            case Action.CLOSE:
                if taken.status is SessionStatus.LOGGED_OUT:
                    self.forget_pairing()
                await self.rest(taken.status, taken.reason)
            case Action.NEXT_ROUND:
                await self._next_round(taken)
            case Action.REOPEN:
                self.enter(taken.status, taken.reason)  # at once: to let go of the client may take seconds
                await self.drop_client()
                self._again_after_failure(taken)
            case Action.RETRY_LATER:
                await self.drop_client()
                until = signal.until if isinstance(signal, Banned) else None
                until = until or self._clock() + round(self._settings.ban_retry * 1000)
                self.reopen_at(until)
                self.enter(taken.status, taken.reason, until=until, next_try=until)

    async def _next_round(self, taken: Step) -> None:
        short = self._clock() - self.round_began < QR_ROUND_MS // 2
        await self.drop_client()
        self._rounds += 1
        if self._rounds >= self._settings.qr_rounds:
            self.enter(SessionStatus.FAILED, "qr_expired")
        elif short:  # the server closed while codes were shown
            self._again_after_failure(Step(SessionStatus.RECONNECTING, "connection_lost", Action.REOPEN))
        else:
            self.enter(taken.status, taken.reason)
            await self._open(self.client.new(), keep_report=True)

    def _again_after_failure(self, taken: Step) -> None:
        delay = self.attempts.after_failure()
        self._reopen_after(delay)
        self.enter(taken.status, taken.reason, next_try=self._clock() + round(delay * 1000))

    def _broken(self, error: Exception) -> None:
        """Something failed that is not the library's (the disk, most likely): try again later."""
        _log.error("session failed", session=self._uid, error=repr(error))
        if self.report.status in LIVE:
            self._again_after_failure(Step(SessionStatus.RECONNECTING, "healing", Action.REOPEN))
