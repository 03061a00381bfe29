"""Taking sessions: each is claimed in the store, prepared, and begun."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from session_host.auth_sync.errors import Fenced
from session_host.ownership.holding import Holding
from session_host.ownership.lease import LeaseKeeper
from session_host.ownership.putting_off import is_login, put_off
from session_host.ownership.roster import Roster
from session_host.ownership.surroundings import Surroundings
from shared.backoff import Backoff
from shared.bus import Handler
from shared.errors import StoreUnavailable, TooManyLogins
from shared.sessions.model import Session

_log = structlog.get_logger()

_AT_ONCE = 16
_PREPARED_AT_ONCE = 8
"""Of those taken back: the library connects one after the other, so the first is to be ready long before the last."""
_FIRST_RETRY, _LAST_RETRY = 0.1, 2.0

MakeHandler = Callable[[Holding], Handler]


class Claiming:
    """For one shard."""

    def __init__(  # noqa: PLR0913 - who takes, and what is done with what is taken
        self,
        owner: str,
        roster: Roster,
        lease: LeaseKeeper,
        shared: Surroundings,
        *,
        make_handler: MakeHandler,
        make_way: Callable[[str | None], None],
        end: Callable[[Holding], Awaitable[None]],
    ) -> None:
        """Take sessions for `owner`.

        Args:
            owner: the shard.
            roster: what it holds.
            lease: its own; nothing is claimed without.
            shared: what all its sessions share.
            make_handler: makes what answers a session's commands.
            make_way: has the session with this uid stop waiting for a phone.
            end: logs a session out, or deletes it, as its row wants.
        """
        self._owner = owner
        self._roster = roster
        self._lease = lease
        self._shared = shared
        self._make_handler = make_handler
        self._make_way = make_way
        self._end = end
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def take_back(self) -> None:
        """Claim what this slot held before it was restarted. Raises StoreUnavailable.

        When this returns each is prepared: before the journal is applied, which settles more of what is in doubt.
        """
        rows = await self._shared.sessions.owned_by(self._owner)
        claimed = [holding for holding in await asyncio.gather(*map(self._claim, rows)) if holding is not None]
        turns = asyncio.Semaphore(_PREPARED_AT_ONCE)
        await asyncio.gather(*(self._prepare_in_turn(holding, turns) for holding in claimed))
        _log.info("sessions_taken_back", owner=self._owner, count=len(claimed))

    async def _prepare_in_turn(self, holding: Holding, turns: asyncio.Semaphore) -> None:
        """Prepare one of many; it connects while others are prepared."""
        async with turns:
            await self._prepare(holding)
        self._roster.spawn(self._begin(holding))

    async def take(self, row: Session) -> None:
        """Claim a session and hold it. No look waits for it; a later one repeats what fails."""
        try:
            if not self._admits(row):
                await self._put_off(row)
                return
            holding = await self._claim(row)
        except StoreUnavailable as error:
            _log.warning("session_not_claimed", session=row.uid, error=str(error))
            return
        finally:
            if row.uid not in self._roster.held:
                self._shared.logins.leave(row.uid)
        if holding is not None:
            await self._prepare(holding)
            await self._begin(holding)

    def _admits(self, row: Session) -> bool:
        """Whether a session may begin to wait for a phone, if it is one that will."""
        if not is_login(row) or row.uid in self._roster.claiming:
            return True
        try:
            self._make_way(self._shared.logins.admit(row.key_id, row.uid))
        except TooManyLogins:
            return False
        return True

    async def _put_off(self, row: Session) -> None:
        roster = self._roster
        if row.uid in roster.claiming | roster.leaving:
            return
        roster.claiming.add(row.uid)
        try:
            async with self._turns:
                await put_off(self._shared.sessions, row, self._owner, self._shared.clock)
        finally:
            roster.claiming.discard(row.uid)

    async def _claim(self, row: Session) -> Holding | None:
        """Claim a session in the store; None when it did not become this shard's."""
        roster = self._roster
        if row.uid in roster.claiming | roster.leaving:
            return None
        roster.claiming.add(row.uid)
        try:
            async with self._turns:
                if roster.stopping or row.uid in roster.held or not self._lease.may_begin:
                    return None
                mine = row.owner is None or row.owner == self._owner
                sessions = self._shared.sessions
                claimed = await (sessions.claim(row.uid, self._owner) if mine else sessions.take_over(row, self._owner))
            if claimed is None:
                return None
            if not mine:
                _log.warning("session_taken_over", session=row.uid, of=row.owner, epoch=claimed.epoch)
            roster.unreleased.discard(claimed.uid)
            holding = roster.held[claimed.uid] = Holding(claimed, self._shared)
            return holding
        finally:
            roster.claiming.discard(row.uid)

    async def _prepare(self, holding: Holding) -> None:
        """Prepare a claimed session, again while a store is away; drops it when it turns out to be another's."""
        backoff = Backoff(_FIRST_RETRY, _LAST_RETRY)
        while self._roster.holds(holding):
            try:
                await holding.prepare()
            except StoreUnavailable as error:
                _log.warning("session_waits", session=holding.uid, error=str(error))
                await backoff.wait()
            except Fenced:
                self._roster.lost(holding.uid, holding.epoch)
            except Exception:  # noqa: BLE001 - it is logged, and the next comparison repeats it
                _log.exception("session_not_prepared", session=holding.uid)
                await self._drop(holding)
            else:
                return

    async def _begin(self, holding: Holding) -> None:
        if not self._roster.holds(holding):
            return
        try:
            await holding.begin(self._make_handler(holding))
            if holding.ends:
                await self._end(holding)
        except Exception:
            await self._drop(holding)
            raise

    async def _drop(self, holding: Holding) -> None:
        """Let go of a session that could not be begun; the next comparison finds its row and claims it again."""
        if self._roster.held.get(holding.uid) is holding:
            del self._roster.held[holding.uid]
        await holding.let_go()
