"""Having a phone forget the device of a session: tried again and again, for as long as that may help."""

from __future__ import annotations

import asyncio

import structlog

from session_host.ownership.surroundings import Surroundings
from session_host.session.live_session import LiveSession
from session_host.session.unlinking import AUTH_UNREADABLE, NOTHING_THERE, Unlinking, UnlinkOutcome, pause
from shared.sessions.model import Desired, Session

_log = structlog.get_logger()

_UNLINK_WITHIN = 10.0
"""Seconds for connecting a session that is not, so that its phone forgets the device."""


class UnlinkAttempts:
    """Those of one session, and what came of the last one."""

    def __init__(self, row: Session, live: LiveSession, shared: Surroundings) -> None:
        """`row`: the session as it was claimed."""
        self.wanted_since = row.unlink_since
        """Milliseconds since 1970; None while it is not wanted."""
        self.unreadable = False
        """Whether there was a pairing of which nothing can be read: nobody can be told then."""
        self._row = row
        self._live = live
        self._shared = shared
        self._tried: Unlinking | None = None
        """The last try, since it is wanted."""
        self._try_again_at = 0.0

    @property
    def tried(self) -> bool:
        """Whether it was tried, since it is wanted."""
        return self._tried is not None

    @property
    def done(self) -> bool | None:
        """Whether the phone has forgotten the device, once that was tried; None before."""
        return None if self._tried is None else self._tried.done

    @property
    def not_done_because(self) -> str | None:
        """Why it has not."""
        return None if self._tried is None or self._tried.done else self._tried.reason

    @property
    def is_put_off(self) -> bool:
        """Whether it failed and is tried again later."""
        return bool(self._try_again_at)

    @property
    def is_due(self) -> bool:
        """Whether it is time for another try."""
        return self.is_put_off and asyncio.get_running_loop().time() >= self._try_again_at

    async def want(self) -> None:
        """Write down that the session is to be logged out. Raises StoreUnavailable."""
        await self._shared.sessions.unlink(self._row.uid, now=self._shared.clock(), then=Desired.RUNNING)

    async def attempt(self, since: int, within: float = _UNLINK_WITHIN) -> bool:
        """Whether there is nothing (more) to try: the phone has forgotten the device, or never will by us.

        Args:
            since: when it was wanted; milliseconds since 1970.
            within: seconds for connecting a session that is not.
        """
        if self.wanted_since != since:
            self.wanted_since, self._tried = since, None
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
            _log.error("device_left_linked", session=self._row.uid, reason=self._tried.reason)
            return True
        await self._put_off(self._tried, since)
        return False

    async def log_out(self, since: int, within: float = _UNLINK_WITHIN) -> bool:
        """Unlink and forget the pairing; False when its keys are kept for the next try.

        Raises StoreUnavailable: the row still says that it is wanted.
        """
        if not await self.attempt(since, within):
            return False
        await self._live.log_out()
        if await self._shared.sessions.unlinked(self._row.uid, self._row.owner or "", self._row.epoch):
            self.wanted_since = None
        return True

    async def _put_off(self, tried: Unlinking, since: int) -> None:
        now = self._shared.clock()
        seconds = pause(since, now, tried.until)
        self._try_again_at = asyncio.get_running_loop().time() + seconds
        await self._live.rest_linked(now + round(seconds * 1000))
        self._shared.on_unlink(UnlinkOutcome.PENDING)
        _log.warning("device_not_unlinked", session=self._row.uid, reason=tried.reason)

    async def _try(self, since: int, within: float) -> Unlinking:
        tried = await self._live.unlink(within)
        lost = tried is NOTHING_THERE and self._row.unlink_since == since and self._row.report.number is not None
        return Unlinking(done=False, reason=AUTH_UNREADABLE) if self.unreadable or lost else tried
