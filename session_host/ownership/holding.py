"""A session this shard holds: auth folder, connection, outbox and the commands it takes, under one epoch."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial

import structlog

from session_host.auth_sync.errors import AuthUnreadable
from session_host.media.readying import Readying
from session_host.outbound.in_doubt import settle
from session_host.ownership.choosing import Choosing
from session_host.ownership.sending import outbox_of
from session_host.ownership.surroundings import Surroundings
from session_host.ownership.unlink_attempts import UnlinkAttempts
from session_host.session.lookups import Lookups
from session_host.session.presence import Presence
from session_host.session.probe import Probe
from session_host.session.questions import Questions
from session_host.session.states import RESTING
from shared.bus import Handler, Subscription
from shared.contracts.subjects import session_commands
from shared.deadline import Deadline
from shared.errors import UnlinkPending
from shared.sessions.model import Desired, Held, Session, SessionReport, SessionStatus

_log = structlog.get_logger()

_COMMANDS_WITHIN = 5.0
_ANSWERED_WITHIN = 0.25
"""Seconds that commands have for their answers once no send is under way any more."""
_SNAPSHOT_SHARE = 0.6
"""Of the time that is left for the last snapshot: a row has to be released as well."""
_LET_GO_WITHIN = 8.0
_LAST_SEND_WITHIN, _LAST_WRITES_WITHIN = 1.0, 2.0

NOT_PAIRED = "not_paired"


class StillConnected(Exception):  # noqa: N818 - it says what is
    """A connection to WhatsApp is not closed yet: its session must be connected nowhere else."""


class Holding:
    """One held session. `prepare`, `begin`, then commands, then `hand_over`, `let_go` or `erase`."""

    def __init__(self, row: Session, shared: Surroundings) -> None:
        self.uid, self.key_id = row.uid, row.key_id
        self.epoch = row.epoch
        self.desired = row.desired
        self._row = row
        self._owner = row.owner or ""
        self._shared = shared
        self._subscription: Subscription | None = None
        self.leaves = False
        """Whether it is being given up: what it is asked from now on, its next owner does."""
        self._gone = self._erased = False
        self._pairs = row.report.number is None
        self._changing = asyncio.Lock()
        self._fetching = asyncio.Lock()
        # Whoever sends before it is begun waits for it, and is not told that it was stopped.
        first = SessionStatus.STARTING if row.desired is Desired.RUNNING else SessionStatus.STOPPED
        self.live = shared.make_session(row, self._on_report, first)
        self.unlink = UnlinkAttempts(row, self.live, shared)
        self.lookups = Lookups(shared.numbers, self.live)
        self.questions = Questions(self.live)
        self.fetch_picture = partial(shared.fetch_picture, row.uid)
        self._asked_at = time.monotonic()
        chosen = shared.chosen.of(row.uid)
        self.presence = shared.presences.add(row.uid, Presence(self.questions, always=chosen.always_online))
        self.signs = shared.signs.add(row.uid)
        self._probe = Probe(self.live, self.signs, shared.clock, after=chosen.probe_after)
        self.choosing = Choosing(row.uid, shared.chosen, self.live, self.presence, self._probe)
        self.outbox = shared.outboxes[row.uid] = outbox_of(
            row, self.live, self.lookups, self.presence, self.signs, self.choosing.undisturbed, shared
        )

    @property
    def readying(self) -> Readying:
        """What makes files ready."""
        return self._shared.readying

    @property
    def changing(self) -> bool:
        """Whether it is being made what was wanted last."""
        return self._changing.locked()

    @property
    def ends(self) -> bool:
        """Whether it is to be logged out or deleted."""
        return self.desired is Desired.DELETED or self.unlink.wanted_since is not None

    @property
    def tries_again(self) -> bool:
        """Whether it is time for another try to unlink the device."""
        return self.unlink.is_due and not self.changing

    def differs(self, wanted: Held) -> bool:
        """Whether its row wants something that is neither done nor due later."""
        ends = wanted.unlink or wanted.desired is Desired.DELETED
        return wanted.desired is not self.desired or (ends and not self.unlink.is_put_off)

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
            self.unlink.unreadable, certain = True, False
        await self._shared.timers.load(self.uid)
        auth_dir = self._shared.auth_root / self.uid
        for row in await self._shared.messages.sending_of(self.uid, before_epoch=self.epoch):
            await settle(row, self._shared.messages, auth_dir, certain=certain, now=self._shared.clock())

    async def begin(self, handler: Handler) -> None:
        """Take commands, and do what is wanted of the session, but for its end: `want` has to follow then."""
        async with self._changing:  # a command that changes it waits until it is what its row wants
            self._subscription = await self._shared.bus.serve(session_commands(self.uid), handler)
            if self.desired is Desired.DELETED:
                return
            self.outbox.start()
            self._shared.auth.watch(self.uid, self.epoch)
            first = self._row.epoch == 1  # it has just been made: somebody asked for it and means to scan a code
            if self.unlink.unreadable:
                await self.live.fail("auth_unreadable")
            elif self.unlink.wanted_since is not None:
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
                await self.unlink.log_out(row.unlink_since)
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

    async def put_away(self, deadline: Deadline) -> None:
        """Stop a session without a pairing for as long as nobody asks for a code; nobody holds it then.

        Raises what `hand_over` does.
        """
        reason = self.live.report.reason or NOT_PAIRED
        stopped = SessionReport(SessionStatus.STOPPED, reason, since=self._shared.clock())
        await deadline.keep(self._shared.sessions.set_desired(self.uid, Desired.STOPPED))
        self._shared.reports.put(self.uid, self.epoch, stopped)
        await self._end(Deadline.after(0), deadline, clean=True)
        await deadline.keep(self._shared.sessions.write_report(self.uid, self._owner, self.epoch, stopped))
        await deadline.keep(self._shared.sessions.release(self.uid, self._owner, self.epoch))
        _log.info("session_put_away", session=self.uid, reason=stopped.reason)

    async def hand_over(self, sends: Deadline, deadline: Deadline, *, to: str | None = None) -> None:
        """Let go gracefully and give the session up, to nobody or to another shard; its last state is kept.

        Args:
            sends: until when WhatsApp may answer a send that is under way; else it is unknown what came of it.
            deadline: until when all of it has to be done.
            to: the shard that gets it; None: nobody.

        Raises:
            StillConnected: the library has not closed the connection: nobody may connect it elsewhere meanwhile.
            StoreUnavailable, TimeoutError: it stays this shard's by its row, until its lease has ended.
        """
        await self._end(sends, deadline, clean=True)
        await deadline.keep(self._shared.sessions.release(self.uid, self._owner, self.epoch, to=to))

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
        self._gone = self.leaves = True
        self._shared.logins.leave(self.uid)
        self._shared.reports.forget(self.uid)
        await asyncio.gather(self._refuse_commands(deadline), self._stop_sending(sends, deadline))
        await self.stop_commands(min(_ANSWERED_WITHIN, deadline.left))
        closed = await self._closed(deadline)
        async with asyncio.timeout_at(deadline.at), self._fetching:
            clean, within = clean and closed, deadline.left * _SNAPSHOT_SHARE
            await self._shared.auth.release(self.uid, self.epoch, clean=clean, within=within)
        if not closed:
            raise StillConnected(f"The connection of session {self.uid} was not closed in time.")

    async def _refuse_commands(self, deadline: Deadline) -> None:
        if self._subscription is not None:
            with suppress(TimeoutError):
                await deadline.keep(self._subscription.refuse())

    async def _stop_sending(self, sends: Deadline, deadline: Deadline) -> None:
        await self.outbox.stop(sends, writes=deadline)
        await asyncio.gather(*(part.close() for part in (self.lookups, self.presence, self._probe, self.questions)))
        self._shared.presences.forget(self.uid, self.presence)
        self._shared.signs.forget(self.uid, self.signs)
        if self._shared.outboxes.get(self.uid) is self.outbox:
            del self._shared.outboxes[self.uid]

    async def _closed(self, deadline: Deadline) -> bool:
        with suppress(TimeoutError):
            await deadline.keep(self.live.close())
            return True
        return False

    async def settle_logout(self, within: float) -> None:
        """Return when no logout is under way: before a login, or a pairing from elsewhere. Seconds.

        Raises:
            UnlinkPending: the phone still has the device, and could not be told now either.
            StoreUnavailable: it may have been told.
        """
        async with self._changing:
            since = self.unlink.wanted_since
            if since is not None and not await self.unlink.log_out(since, within):
                raise UnlinkPending(reason=self.unlink.not_done_because)

    async def restart(self) -> None:
        """Disconnect and connect again, unless it is logged out."""
        async with self._changing:
            if self.unlink.wanted_since is None and self.desired is not Desired.DELETED:
                await self.live.restart()

    async def _erase(self, row: Session | None) -> bool:
        """Log out and remove everything, the row last; False when it stays, with its keys, for the next try to unlink.

        Each step may be repeated: what fails, or dies in between, is done again by a later call or the next owner.
        """
        self._gone = True
        self._shared.logins.leave(self.uid)
        self._shared.reports.forget(self.uid)
        await self._stop_sending(Deadline.after(_LAST_SEND_WITHIN), Deadline.after(_LAST_WRITES_WITHIN))
        if row is not None and row.unlink_since is None and not self.unlink.tried:  # an older version deleted it
            row = await self._shared.sessions.unlink(self.uid, now=self._shared.clock(), then=Desired.DELETED)
        if row is not None and row.unlink_since is not None:
            if not await self.unlink.attempt(row.unlink_since):
                await self._shared.contents.erase(self.key_id, self.uid)
                return False
            await self._shared.sessions.unlinked(self.uid, self._owner, self.epoch)
        await self.live.erase()
        await self._shared.auth.forget(self.uid)
        await self._shared.contents.erase(self.key_id, self.uid)
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
            self.presence.connected()
            self.outbox.look()
