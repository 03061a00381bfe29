"""This shard's lease: renewed every two seconds, and what its age still allows.

Ages count from the *start* of the last good renewal, on a clock that goes on while the machine is suspended, so they
are never younger than what others see. A shard has ended before another may take its sessions: `docs/failover.md` has
the whole order.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

import structlog

from session_host.ownership.lease_clock import Switch, elapsed
from shared.errors import StoreUnavailable
from shared.leases.model import Lease
from shared.leases.ports import Leases
from shared.version import VERSION

_log = structlog.get_logger()

RENEW_EVERY = 2.0
BEGINS_NOTHING_AFTER = 6.0
"""Seconds of age after which nothing is begun any more."""
ENDS_AFTER = 7.0
"""Seconds of age after which the process ends itself: the kernel closes its sockets at once, whatever hangs."""
DEAD_AFTER = 8.0
"""Seconds of age after which the kernel ends it: the loop hangs, or the process was stopped and continued."""
_ONE_TRY = 2.0
_TRY_AGAIN_AFTER = 0.25
_FORGOTTEN_WITHIN = 0.5


def end_process() -> None:
    """End now. Nothing is cleaned up: what is on disk is what the next owner finds."""
    sys.stderr.flush()
    os._exit(75)


class LeaseKeeper:
    """Begin, then `run`. `load` says how many sessions are held and how many more could be."""

    def __init__(  # noqa: PLR0913 - who it is, and what it says of itself
        self,
        leases: Leases,
        owner: str,
        host: str,
        load: Callable[[], tuple[int, int]],
        *,
        folder: str = "",
        waiting: Callable[[], int] = lambda: 0,
        end: Callable[[], None] = end_process,
    ) -> None:
        """`folder` is where its journal is, on its own machine; so many events are `waiting` in it."""
        self._folder = folder
        self._waiting = waiting
        self._given_up: Lease | None = None
        self._leases = leases
        self._owner = owner
        self._host = host
        self._load = load
        self._end = end
        self._lease: Lease | None = None
        self._renewed = 0.0
        self._one_at_a_time = asyncio.Lock()
        self.switch = Switch()
        self.drain_asked = asyncio.Event()
        """Set while this shard is to give its sessions away."""

    @property
    def age(self) -> float:
        """Seconds since the last good renewal began."""
        return elapsed() - self._renewed

    @property
    def may_begin(self) -> bool:
        """Whether something may be begun: nobody can have taken a session from here for seconds to come."""
        return self.age < BEGINS_NOTHING_AFTER

    async def begin(self) -> None:
        """Take the lease; the switch that ends a process that cannot renew it is armed. Raises StoreUnavailable."""
        began = elapsed()
        _, room = self._load()
        lease = await self._leases.begin(self._owner, self._host, room=room, folder=self._folder, release=VERSION)
        self._take(lease, began)

    async def run(self) -> None:
        """Renew until cancelled; ends the process when the lease is lost or too old."""
        while True:
            began = elapsed()
            if await self._renew(began):
                await asyncio.sleep(max(RENEW_EVERY - (elapsed() - began), 0))
            else:
                await asyncio.sleep(_TRY_AGAIN_AFTER)

    async def renew_now(self) -> None:
        """Renew out of turn, once, to say what is held and how much room there is."""
        await self._renew(elapsed())

    async def give_up(self, *, held: int, within: float = _ONE_TRY) -> None:
        """End the lease: the shard has let go of its sessions. When it still `held` some, others take them.

        A shard with a journal is dead to others until `forget`: should it end before, they know where its events are.
        """
        try:
            # A renewal that is under way comes first: what it writes makes the lease that is known here an old one.
            async with asyncio.timeout(min(within, _ONE_TRY)), self._one_at_a_time:
                lease, self._lease = self._lease, None
                if lease is not None:
                    await (self._leases.declare_dead if held or self._folder else self._leases.remove)(lease)
                    self._given_up = None if held else lease
        except (StoreUnavailable, TimeoutError) as error:  # it ages, and is declared dead by others
            _log.warning("lease_not_given_up", error=str(error))
        self._lease = None
        self.switch.off()

    async def forget(self, unless: Callable[[], bool]) -> None:
        """Remove the lease that was given up, unless something waits in the journal, which is asked off the loop."""
        lease, self._given_up = self._given_up, None
        if lease is None or await asyncio.to_thread(unless):
            return
        try:
            async with asyncio.timeout(_FORGOTTEN_WITHIN):
                await self._leases.remove(lease)
        except (StoreUnavailable, TimeoutError) as error:  # others find its journal empty, and remove it
            _log.warning("lease_not_removed", error=str(error))

    async def _renew(self, began: float) -> bool:
        async with self._one_at_a_time:  # of two at once the store would refuse one
            return await self._renew_alone(began)

    async def _renew_alone(self, began: float) -> bool:
        lease = self._lease
        if lease is None:
            return True  # given up
        left = ENDS_AFTER - (began - self._renewed)
        if left <= 0:
            self._lose("it could not be renewed in time")
            return False
        held, room = self._load()
        try:
            async with asyncio.timeout(min(left, _ONE_TRY)):
                renewed = await self._leases.renew(lease, held=held, room=room, waiting=self._waiting())
        except (StoreUnavailable, TimeoutError) as error:
            _log.warning("lease_not_renewed", error=str(error), seconds_left=round(left, 1))
            return False
        if self._lease is None:
            return True
        if renewed is None:
            self._lose("another shard declared it dead")
            return False
        self._take(renewed, began)
        return True

    def _take(self, lease: Lease, began: float) -> None:
        self._lease, self._renewed = lease, began
        self.switch.set(DEAD_AFTER - (elapsed() - began))
        if lease.draining:
            self.drain_asked.set()
        else:
            self.drain_asked.clear()

    def _lose(self, why: str) -> None:
        _log.error("lease_lost", owner=self._owner, why=why)
        self._end()
