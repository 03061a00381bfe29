"""Giving sessions up: to another shard, to nobody for a while, and all of them when the shard stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import structlog

from session_host.ownership.holding import Holding, StillConnected
from session_host.ownership.lease import LeaseKeeper
from session_host.ownership.roster import Roster
from session_host.ownership.sharing import least_loaded
from shared.bus import Bus
from shared.contracts.subjects import SESSIONS_WANTED
from shared.deadline import Deadline
from shared.errors import StoreUnavailable
from shared.leases.model import Lease

_log = structlog.get_logger()

_AT_ONCE = 16
_MOVES_WITHIN, _SHARE_OF_SENDS = 4.0, 0.5
_LEAST = 0.3
"""Seconds for giving up the lease, however late it is."""


class GivingUp:
    """For the sessions of one shard."""

    def __init__(self, owner: str, roster: Roster, lease: LeaseKeeper, bus: Bus) -> None:
        """`owner`: the shard, whose lease it is."""
        self._owner = owner
        self._roster = roster
        self._lease = lease
        self._bus = bus
        self._kept = 0
        """Claims that were cut short when this shard stopped: their rows may name it."""

    def put_away(self, holding: Holding) -> None:
        """Stop a session without a pairing for as long as nobody asks for a code."""
        self._roster.leave(holding)
        self._roster.spawn(self._told(holding, holding.put_away(Deadline.after(_MOVES_WITHIN))))

    def part_with(self, holding: Holding, taker: Lease) -> None:
        """Give a session to another shard, by a task of its own: the command that asks for it is answered first."""
        self._roster.leave(holding)
        self._roster.spawn(self._hand_over(holding, taker.owner))

    def drain(self, takers: list[Lease]) -> None:
        """Give sessions away, a few at a time, as far as others have room for them."""
        for holding in list(self._roster.held.values())[:_AT_ONCE]:
            taker = least_loaded(takers, but=self._owner)
            if taker is None:
                return
            self.part_with(holding, taker)
            takers[takers.index(taker)] = replace(taker, held=taker.held + 1, room=taker.room - 1)

    async def hang_up(self, deadline: Deadline) -> None:
        """Disconnect every session before anything else: what it receives cannot be kept. `stop` has to follow."""
        self._roster.refuse()
        closing = [asyncio.create_task(holding.live.close()) for holding in self._roster.held.values()]
        if closing:
            await asyncio.wait(closing, timeout=deadline.left)

    async def stop(self, sends: Deadline, deadline: Deadline) -> None:
        """Give every session up for others to take, each as soon as it is disconnected, and end the lease.

        Args:
            sends: until when sends that are under way may end.
            deadline: until when all of it has to be done. What is not is taken from this shard by its lease.
        """
        roster = self._roster
        roster.refuse()
        told = asyncio.create_task(self._lease.renew_now())  # with no room: nobody leaves these sessions to this shard
        still_connected = False
        while (
            roster.held or roster.tasks
        ):  # again for a claim that was under way: no row may name a shard without a lease
            held = list(roster.held.values())
            roster.held.clear()
            ending = [asyncio.create_task(self._told(holding, holding.hand_over(sends, deadline))) for holding in held]
            for task in await _ended([*ending, *roster.tasks], deadline):
                self._kept += task.cancelled()
                still_connected |= not task.cancelled() and isinstance(task.exception(), StillConnected)
        await _ended([told], deadline)  # the lease that it renews is given up below
        if still_connected:
            _log.error("lease_kept")  # others take what is left when it is old: this process has ended by then
        else:
            await self._lease.give_up(held=self._kept + len(roster.unreleased), within=max(deadline.left, _LEAST))

    async def _hand_over(self, holding: Holding, to: str) -> None:
        deadline = Deadline.after(_MOVES_WITHIN)
        sends = deadline.part(_SHARE_OF_SENDS)
        await self._told(holding, holding.hand_over(sends, deadline, to=to))
        _log.info("session_moved", session=holding.uid, to=to)

    async def _told(self, holding: Holding, giving_up: Awaitable[None]) -> None:
        """Give one up, and ring for others to take it."""
        try:
            await giving_up
        except (StoreUnavailable, StillConnected, TimeoutError) as error:
            _log.warning("session_not_released", session=holding.uid, error=str(error) or type(error).__name__)
            self._roster.unreleased.add(holding.uid)
            raise
        finally:
            self._roster.leaving.discard(holding.uid)
        await self._bus.ring(SESSIONS_WANTED)


async def _ended(tasks: list[asyncio.Task[None]], deadline: Deadline) -> list[asyncio.Task[None]]:
    """These tasks, once they have ended; those that have not in time are cancelled."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=deadline.left)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return tasks
