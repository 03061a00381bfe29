"""A session this shard holds: its connection, its outbox and the commands it takes, under one epoch."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from session_host.dispatch_steps import DispatchSteps
from session_host.inbound import Inbound
from session_host.numbers import KnownNumbers
from session_host.outbound import Outbox
from session_host.reports import Reports
from session_host.session import LiveSession
from shared.bus import Bus, Handler, Subscription
from shared.contracts.subjects import session_commands
from shared.messages.model import MessageState
from shared.messages.ports import Inbox, Messages
from shared.sessions.model import Desired, Session, SessionReport, SessionStatus
from shared.sessions.ports import Sessions

_log = structlog.get_logger()

_UNLINK_WITHIN = 5.0
"""Seconds for connecting a stopped session once more, so that its phone forgets the device too."""

MakeSession = Callable[[str, Callable[[SessionReport], None]], LiveSession]
"""Makes the connection of a session from its uid; what it reports is given to the callable."""


FindWaId = Callable[[str, bytes], str | None]
"""WhatsApp's id of a session's message by its secret, from the library's log on disk; None when it never left."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every session of a shard shares."""

    sessions: Sessions
    messages: Messages
    inbox: Inbox
    bus: Bus
    inbound: Inbound
    reports: Reports
    numbers: KnownNumbers
    make_session: MakeSession
    find_wa_id: FindWaId
    clock: Callable[[], int]


class Holding:
    """One held session. `begin`, then commands, then `let_go` or `erase`."""

    def __init__(self, row: Session, shared: Surroundings) -> None:
        self.uid = row.uid
        self.epoch = row.epoch
        self.desired = row.desired
        self._row = row
        self._shared = shared
        self._subscription: Subscription | None = None
        self._gone = False
        self._changing = asyncio.Lock()
        self.live = shared.make_session(row.uid, self._on_report)
        self.numbers = shared.numbers
        steps = DispatchSteps(
            epoch=row.epoch,
            session=self.live,
            messages=shared.messages,
            numbers=shared.numbers,
            clock=shared.clock,
        )
        self.outbox = Outbox(row.uid, steps, shared.messages, shared.clock)

    async def settle_unfinished(self) -> None:
        """Call unknown what an owner with a lower epoch began and did not finish: it may or may not have left.

        With WhatsApp's id of it where the library's log has one, so that a receipt settles it.
        """
        messages, now = self._shared.messages, self._shared.clock()
        rows = await messages.sending_of(self.uid, before_epoch=self.epoch)
        for row in rows:
            wa_id = await asyncio.to_thread(self._find_wa_id, row.id)
            await messages.advance(row.id, MessageState.UNKNOWN, now=now, wa_id=wa_id)
        if rows:
            _log.warning("sends_unknown", session=self.uid, count=len(rows))

    async def begin(self, handler: Handler) -> None:
        """Take commands, and do what is wanted of the session."""
        self.outbox.start()
        self._subscription = await self._shared.bus.serve(session_commands(self.uid), handler)
        first = self._row.epoch == 1  # it has just been made: somebody asked for it and means to scan a code
        async with self._changing:
            if self.desired is Desired.RUNNING:
                await self.live.start(login=first, previous=self._row.report)
            self._shared.reports.put(self.uid, self.epoch, self.live.report)
        self.outbox.look()

    async def want(self, desired: Desired) -> bool:
        """Make the session what is wanted; True when it was deleted and is gone."""
        async with self._changing:
            if desired is Desired.DELETED:
                await self._erase()
                return True
            if desired is Desired.STOPPED and self.live.report.status is not SessionStatus.STOPPED:
                await self.live.stop()
            elif desired is Desired.RUNNING and self.desired is not Desired.RUNNING:
                await self.live.start(login=True)
            self.desired = desired
            return False

    async def let_go(self, *, within: float) -> None:
        """Stop taking commands, finish what is under way in so many seconds, disconnect. The pairing is kept."""
        self._gone = True
        self._shared.reports.forget(self.uid)
        await self.stop_commands()
        await self.outbox.stop(within)
        await self.live.close()

    async def stop_commands(self) -> None:
        """Take no more commands. May be repeated."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            await subscription.stop()

    async def _erase(self) -> None:
        """Log out and remove everything, the row last: a crash in between is finished by the next owner."""
        self._gone = True
        self._shared.reports.forget(self.uid)
        await self.outbox.stop(within=1.0)
        if self.desired is Desired.STOPPED:
            await self.live.start(login=False)
            await self.live.wait_connected(_UNLINK_WITHIN)
        await self.live.logout()
        await self.live.erase()
        await self.live.close()
        await self._shared.inbound.forget(self.uid)
        await self._shared.inbox.clear(self.uid)
        await self._shared.messages.delete_of(self.uid)
        await self._shared.sessions.remove(self.uid)
        _log.info("session_deleted", session=self.uid)

    def _on_report(self, report: SessionReport) -> None:
        if self._gone:
            return
        self._shared.reports.put(self.uid, self.epoch, report)
        if report.status is SessionStatus.CONNECTED:
            self.outbox.look()

    def _find_wa_id(self, message_id: str) -> str | None:
        try:
            return self._shared.find_wa_id(self.uid, self.live.secret_of(message_id))
        except (sqlite3.Error, OSError) as error:  # damaged or gone: then it is unknown for good
            _log.warning("secret_log_unreadable", session=self.uid, error=str(error))
            return None
