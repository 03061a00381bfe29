"""A session this shard holds: auth folder, connection, outbox and the commands it takes, under one epoch."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from session_host.auth_sync.errors import AuthUnreadable
from session_host.outbound.in_doubt import Trace, left_again, trace_of
from session_host.outbound.outbox import Outbox
from session_host.outbound.rows import Rows
from session_host.outbound.steps import Steps
from session_host.ownership.contents import Contents
from session_host.ownership.reports import Reports
from session_host.session.chat_timers import ChatTimers
from session_host.session.deadline import Deadline
from session_host.session.live_session import LiveSession
from session_host.session.login_share import LoginShare
from session_host.session.lookups import Lookups
from session_host.session.numbers import KnownNumbers
from session_host.session.questions import Questions
from session_host.session.states import RESTING
from session_host.session.unlinking import AUTH_UNREADABLE, NOTHING_THERE, Unlinking, UnlinkOutcome, pause
from shared.bus import Bus, Handler, Subscription
from shared.contracts.subjects import session_commands
from shared.errors import UnlinkPending
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.ports import Messages
from shared.sessions.model import Desired, Held, Session, SessionReport, SessionStatus
from shared.sessions.ports import Sessions

_log = structlog.get_logger()

_UNLINK_WITHIN = 10.0
"""Seconds for connecting a session that is not, so that its phone forgets the device."""

_COMMANDS_WITHIN = 5.0
_ANSWERED_WITHIN = 0.25
"""Seconds that commands have for their answers once no send is under way any more."""
_SNAPSHOT_SHARE = 0.6
"""Of the time that is left for the last snapshot: a row has to be released as well."""
_LET_GO_WITHIN = 8.0
_LAST_SEND_WITHIN, _LAST_WRITES_WITHIN = 1.0, 2.0

NOT_PAIRED = "not_paired"

MakeSession = Callable[[Session, Callable[[SessionReport], None], SessionStatus], LiveSession]
"""Makes the connection of a session from its row and first status; what it reports is given to the callable."""


class StillConnected(Exception):  # noqa: N818 - it says what is
    """A connection to WhatsApp is not closed yet: its session must be connected nowhere else."""


class AuthSync(Protocol):
    """Where auth folders come from and are kept (`session_host.auth_sync.keeper.AuthKeeper`)."""

    async def fetch(self, row: Session) -> bool:
        """Bring the folder up to date; whether it is certain to be the very last state."""
        ...

    def watch(self, uid: str, epoch: int) -> None:
        """Take snapshots when it changes from now on."""
        ...

    def urgent(self, uid: str) -> None:
        """Take one soon."""
        ...

    async def release(self, uid: str, epoch: int, *, clean: bool, within: float) -> None:
        """Stop, with the last snapshot in so many seconds when it is `clean`; nobody has the database open."""
        ...

    async def forget(self, uid: str) -> None:
        """Remove every snapshot of it."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every session of a shard shares."""

    sessions: Sessions
    messages: Messages
    contents: Contents
    bus: Bus
    reports: Reports
    numbers: KnownNumbers
    outboxes: dict[str, Outbox]
    """By session: those of which a send may be under way."""
    timers: ChatTimers
    auth: AuthSync
    auth_root: Path
    make_session: MakeSession
    may_begin: Callable[[], bool]
    """Whether this shard's lease is young enough to begin anything."""
    clock: Callable[[], int]
    logins: LoginShare = field(default_factory=lambda: LoginShare(sys.maxsize))
    on_send: Callable[[MessageState, float], None] = lambda _state, _seconds: None
    """Told what came of each message that was handed to WhatsApp, and after how many seconds."""
    unlink_for: float = 14 * 86_400.0
    """Seconds for which it is tried to have a phone forget a device."""
    on_unlink: Callable[[UnlinkOutcome], None] = lambda _: None
    """Told what came of each try to unlink a device."""


class Holding:
    """One held session. `prepare`, `begin`, then commands, then `hand_over`, `let_go` or `erase`."""

    def __init__(self, row: Session, shared: Surroundings) -> None:
        self.uid = row.uid
        self.epoch = row.epoch
        self.desired = row.desired
        self._row = row
        self._owner = row.owner or ""
        self._shared = shared
        self._subscription: Subscription | None = None
        self._gone = False
        self._unlink_since = row.unlink_since
        self._tried: Unlinking | None = None
        """What came of the last try to unlink, since that is wanted."""
        self._try_again_at = 0.0
        self._erased = False
        self._unreadable = False
        self._pairs = row.report.number is None
        self._changing = asyncio.Lock()
        self._fetching = asyncio.Lock()
        # Whoever sends before it is begun waits for it, and is not told that it was stopped.
        first = SessionStatus.STARTING if row.desired is Desired.RUNNING else SessionStatus.STOPPED
        self.live = shared.make_session(row, self._on_report, first)
        self.lookups = Lookups(shared.numbers, self.live)
        self.questions = Questions(self.live)
        self._asked_at = time.monotonic()
        steps = Steps(
            session=self.live,
            rows=Rows(shared.messages, row.epoch, shared.clock),
            lookups=self.lookups,
            may_begin=shared.may_begin,
            clock=shared.clock,
            timer_of=lambda chat: shared.timers.of(row.uid, chat),
        )
        self.outbox = Outbox(row.uid, steps, shared.clock, shared.on_send)
        shared.outboxes[row.uid] = self.outbox

    @property
    def changing(self) -> bool:
        """Whether it is being made what was wanted last."""
        return self._changing.locked()

    @property
    def unlinked(self) -> bool | None:
        """Whether the phone has forgotten the device, once that was wanted; None before."""
        return None if self._tried is None else self._tried.done

    @property
    def not_unlinked_because(self) -> str | None:
        """Why it has not."""
        return None if self._tried is None or self._tried.done else self._tried.reason

    @property
    def ends(self) -> bool:
        """Whether it is to be logged out or deleted."""
        return self.desired is Desired.DELETED or self._unlink_since is not None

    @property
    def tries_again(self) -> bool:
        """Whether it is time for another try to unlink the device."""
        due = self._try_again_at and asyncio.get_running_loop().time() >= self._try_again_at
        return bool(due) and not self.changing

    def differs(self, wanted: Held) -> bool:
        """Whether its row wants something that is neither done nor due later."""
        ends = wanted.unlink or wanted.desired is Desired.DELETED
        return wanted.desired is not self.desired or (ends and not self._try_again_at)

    async def prepare(self) -> None:
        """Fetch the auth folder and settle what an earlier owner left in doubt.

        To be done before the journal is applied: a receipt in it may settle more.
        Raises what `AuthSync.fetch` raises, and StoreUnavailable.
        """
        try:
            async with self._fetching:  # `_end` waits: a folder that comes after it would be kept for nobody
                certain = await self._shared.auth.fetch(self._row)
        except AuthUnreadable as error:
            _log.error("auth_unreadable", session=self.uid, error=str(error))
            self._unreadable, certain = True, False
        await self._shared.timers.load(self.uid)
        for row in await self._shared.messages.sending_of(self.uid, before_epoch=self.epoch):
            await self._settle(row, certain=certain)

    async def begin(self, handler: Handler) -> None:
        """Take commands, and do what is wanted of the session, but for its end: `want` has to follow then."""
        self._subscription = await self._shared.bus.serve(session_commands(self.uid), handler)
        if self.desired is Desired.DELETED:
            return
        self.outbox.start()
        self._shared.auth.watch(self.uid, self.epoch)
        first = self._row.epoch == 1  # it has just been made: somebody asked for it and means to scan a code
        async with self._changing:
            if self._unreadable:
                await self.live.fail("auth_unreadable")
            elif self._unlink_since is not None:
                await self.live.rest_linked(self._shared.clock())  # what is to be done about it comes next
            elif self.desired is Desired.RUNNING:
                await self.live.resume(login=first, previous=self._row.report)
            self._shared.reports.put(self.uid, self.epoch, self.live.report)
        self.outbox.look()

    async def want(self, row: Session | None, *, login: bool = True) -> bool:
        """Make the session what its row wants, None: it is deleted; True when it is gone.

        One without a pairing that is to run shows codes when it may `login`, else it rests as logged out.
        """
        async with self._changing:
            if row is None or row.desired is Desired.DELETED:
                self.desired = Desired.DELETED
                self._erased = self._erased or await self._erase(row)
                return self._erased
            desired = row.desired
            if row.unlink_since is not None:
                await self._log_out(row.unlink_since)
                self.desired = Desired.RUNNING if desired is Desired.RUNNING else self.desired
            if desired is Desired.STOPPED and self.live.report.status is not SessionStatus.STOPPED:
                await self.live.stop()
            elif desired is Desired.RUNNING and self.desired is not Desired.RUNNING:
                await self.live.start(login=login)
            self.desired = desired
            return False

    def asked(self) -> None:
        """Somebody asks something of it."""
        self._asked_at = time.monotonic()

    def admit_login(self) -> str | None:
        """Somebody asks for a code: the uid of the login that gives way to it, if any. Raises TooManyLogins."""
        return self._shared.logins.admit(self._row.key_id, self.uid) if self.live.paired is False else None

    def is_forgotten(self, after: float) -> bool:
        """Whether it has no pairing, and nobody asked anything of it for so many seconds."""
        return self.live.paired is False and time.monotonic() - self._asked_at >= after

    async def put_away(self, owner: str, deadline: Deadline) -> None:
        """Stop a session without a pairing for as long as nobody asks for a code; nobody holds it then.

        Raises what `hand_over` does.
        """
        report = self.live.report
        stopped = SessionReport(SessionStatus.STOPPED, report.reason or NOT_PAIRED, since=self._shared.clock())
        await deadline.keep(self._shared.sessions.set_desired(self.uid, Desired.STOPPED))
        self._shared.reports.put(self.uid, self.epoch, stopped)
        await self._end(Deadline.after(0), deadline, clean=True)
        await deadline.keep(self._shared.sessions.write_report(self.uid, owner, self.epoch, stopped))
        await deadline.keep(self._shared.sessions.release(self.uid, owner, self.epoch))
        _log.info("session_put_away", session=self.uid, reason=stopped.reason)

    async def hand_over(self, owner: str, sends: Deadline, deadline: Deadline, *, to: str | None = None) -> None:
        """Let go gracefully and give the session up, to nobody or to another shard; its last state is kept.

        Args:
            owner: this shard.
            sends: until when WhatsApp may answer a send that is under way; else it is unknown what came of it.
            deadline: until when all of it has to be done.
            to: the shard that gets it; None: nobody.

        Raises:
            StillConnected: the library has not closed the connection: nobody may connect it elsewhere meanwhile.
            StoreUnavailable: it stays this shard's by its row, and is taken from it when its lease has ended.
            TimeoutError: the same.
        """
        await self._end(sends, deadline, clean=True)
        await deadline.keep(self._shared.sessions.release(self.uid, owner, self.epoch, to=to))

    async def let_go(self) -> None:
        """Stop at once: the session is another's, or this shard's claim of it failed. Raises StillConnected."""
        await self._end(Deadline.after(0), Deadline.after(_LET_GO_WITHIN), clean=False)

    async def stop_commands(self, within: float = _COMMANDS_WITHIN) -> None:
        """Take no more commands; end those that take longer than so many seconds. May be repeated."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            await subscription.stop(within)

    async def _end(self, sends: Deadline, deadline: Deadline, *, clean: bool) -> None:
        """Refuse what is new, then end what is there: sends, the commands that waited for them, the connection."""
        self._gone = True
        self._shared.logins.leave(self.uid)
        self._shared.reports.forget(self.uid)
        await asyncio.gather(self._refuse_commands(deadline), self._stop_sending(sends, deadline))
        await self.stop_commands(min(_ANSWERED_WITHIN, deadline.left))
        closed = await self._closed(deadline)
        async with asyncio.timeout_at(deadline.at), self._fetching:
            within = deadline.left * _SNAPSHOT_SHARE
            await self._shared.auth.release(self.uid, self.epoch, clean=clean and closed, within=within)
        if not closed:
            raise StillConnected(f"The connection of session {self.uid} was not closed in time.")

    async def _refuse_commands(self, deadline: Deadline) -> None:
        if self._subscription is not None:
            with suppress(TimeoutError):
                await deadline.keep(self._subscription.refuse())

    async def _stop_sending(self, sends: Deadline, deadline: Deadline) -> None:
        await self.outbox.stop(sends, writes=deadline)
        await self.lookups.close()
        await self.questions.close()
        if self._shared.outboxes.get(self.uid) is self.outbox:
            del self._shared.outboxes[self.uid]

    async def _closed(self, deadline: Deadline) -> bool:
        try:
            await deadline.keep(self.live.close())
        except TimeoutError:
            return False
        return True

    async def _settle(self, row: OutboundMessage, *, certain: bool) -> None:
        """Queue what certainly never left; call the rest unknown, with its id where known, for a receipt to settle."""
        begun_at = row.times.get(MessageState.SENDING, 0)
        trace = await asyncio.to_thread(trace_of, self._shared.auth_root / self.uid, row.id, begun_at)
        trace = left_again(trace, row.wa_id)
        messages, now = self._shared.messages, self._shared.clock()
        if certain and trace is Trace.NEVER_LEFT:
            await messages.advance(row.id, MessageState.QUEUED, now=now, only_from={MessageState.SENDING})
            _log.info("send_never_left", session=self.uid, message=row.id)
        else:
            wa_id = None if isinstance(trace, Trace) else trace
            await messages.advance(row.id, MessageState.UNKNOWN, now=now, wa_id=wa_id)
            _log.warning("send_unknown", session=self.uid, message=row.id)

    async def settle_logout(self, within: float) -> None:
        """Return when no logout is under way: before a login, or a pairing from elsewhere. Seconds.

        Raises:
            UnlinkPending: the phone still has the device, and could not be told now either.
            StoreUnavailable: it may have been told.
        """
        async with self._changing:
            if self._unlink_since is None:
                return
            if not await self._log_out(self._unlink_since, within):
                raise UnlinkPending(reason=self.not_unlinked_because)

    async def want_unlinked(self) -> None:
        """Write down that it is to be logged out. Raises StoreUnavailable."""
        await self._shared.sessions.unlink(self.uid, now=self._shared.clock(), then=Desired.RUNNING)

    async def restart(self) -> None:
        """Disconnect and connect again, unless it is logged out."""
        async with self._changing:
            if self._unlink_since is None and self.desired is not Desired.DELETED:
                await self.live.restart()

    async def _log_out(self, since: int, within: float = _UNLINK_WITHIN) -> bool:
        """Unlink and forget the pairing; False when its keys are kept for the next try.

        Raises StoreUnavailable: the row still says that it is wanted.
        """
        if not await self._unlink(since, within):
            return False
        await self.live.log_out()
        if await self._shared.sessions.unlinked(self.uid, self._owner, self.epoch):
            self._unlink_since = None
        return True

    async def _unlink(self, since: int, within: float = _UNLINK_WITHIN) -> bool:
        """Whether there is nothing (more) to try: the phone has forgotten the device, or never will by us."""
        if self._unlink_since != since:
            self._unlink_since, self._tried = since, None
        self._try_again_at = 0.0
        if self._tried is None or not self._tried.done:
            self._tried = await self._try(since, within)
            if self._tried.done:
                self._shared.on_unlink(UnlinkOutcome.UNLINKED)
        if self._tried.done:
            return True
        over = self._shared.clock() - since >= self._shared.unlink_for * 1000
        if over or self._tried.reason == AUTH_UNREADABLE:
            self._shared.on_unlink(UnlinkOutcome.GIVEN_UP)
            _log.error("device_left_linked", session=self.uid, reason=self._tried.reason)
            return True
        now = self._shared.clock()
        seconds = pause(since, now, self._tried.until)
        self._try_again_at = asyncio.get_running_loop().time() + seconds
        await self.live.rest_linked(now + round(seconds * 1000))
        self._shared.on_unlink(UnlinkOutcome.PENDING)
        _log.warning("device_not_unlinked", session=self.uid, reason=self._tried.reason)
        return False

    async def _try(self, since: int, within: float) -> Unlinking:
        tried = await self.live.unlink(within)
        lost = tried is NOTHING_THERE and self._row.unlink_since == since and self._row.report.number is not None
        return Unlinking(done=False, reason=AUTH_UNREADABLE) if self._unreadable or lost else tried

    async def _erase(self, row: Session | None) -> bool:
        """Log out and remove everything, the row last; False when it stays, with its keys, for the next try to unlink.

        Each step may be repeated: what fails, or dies in between, is done again by a later call or the next owner.
        """
        self._gone = True
        self._shared.logins.leave(self.uid)
        self._shared.reports.forget(self.uid)
        await self._stop_sending(Deadline.after(_LAST_SEND_WITHIN), Deadline.after(_LAST_WRITES_WITHIN))
        if row is not None and row.unlink_since is None and self._tried is None:  # an older version deleted it
            row = await self._shared.sessions.unlink(self.uid, now=self._shared.clock(), then=Desired.DELETED)
        if row is not None and row.unlink_since is not None:
            if not await self._unlink(row.unlink_since):
                await self._shared.contents.erase(self.uid)
                return False
            await self._shared.sessions.unlinked(self.uid, self._owner, self.epoch)
        await self.live.erase()
        await self._shared.auth.forget(self.uid)
        await self._shared.contents.erase(self.uid)
        await self._shared.sessions.remove(self.uid)
        _log.info("session_deleted", session=self.uid)
        return True

    def _on_report(self, report: SessionReport) -> None:
        if self._gone:
            return
        self._shared.reports.put(self.uid, self.epoch, report)
        if report.status in RESTING or report.status is SessionStatus.CONNECTED:
            self._shared.logins.leave(self.uid)
        if report.status is SessionStatus.QR_READY:
            self._pairs = True
        if report.status is SessionStatus.CONNECTED:
            if self._pairs:  # there is no snapshot of this pairing; after a mere reconnection the next one will do
                self._pairs = False
                self._shared.auth.urgent(self.uid)
            self.outbox.look()
