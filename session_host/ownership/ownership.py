"""Which sessions this shard holds: its share of those that nobody holds or whose shard is dead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog

from session_host.link.beats import Beat
from session_host.ownership.challenger import Challenger
from session_host.ownership.claiming import Claiming, MakeHandler
from session_host.ownership.giving_up import GivingUp
from session_host.ownership.holding import Holding
from session_host.ownership.lease import LeaseKeeper
from session_host.ownership.legacies import Legacies
from session_host.ownership.roster import Roster
from session_host.ownership.sharing import least_loaded, share_of
from session_host.ownership.surroundings import Surroundings
from shared.contracts.subjects import SESSIONS_WANTED
from shared.errors import NoHost, StoreUnavailable, TooManyLogins
from shared.leases.model import Lease
from shared.leases.ports import Leases
from shared.sessions.model import Desired, Session

_log = structlog.get_logger()

_LOOK_EVERY, _LOOK_AT_SUSPECTS_EVERY = 1.0, 0.5
_LOOKS_APART, _COMPARISONS_APART = 0.1, 1.0
"""Seconds, however often the doorbell rings: what it costs must not grow with who rings it."""
_COMPARE_EVERY = 10.0
"""Seconds between two comparisons of what is held with the rows when nobody rings: a command may have been lost, or a
message wait whose sender was not heard."""
_MOST_WANTED = 500
_UNCLAIMED_FOR = 3
"""Looks after which a session that its taker leaves lying is anybody's."""


class Ownership:
    """The sessions of one shard, by uid."""

    def __init__(  # noqa: PLR0913 - who it is, and what it works with
        self,
        *,
        owner: str,
        host: str,
        limit: int,
        leases: Leases,
        shared: Surroundings,
        make_handler: MakeHandler,
        legacies: Legacies,
        folder: str = "",
        waiting: Callable[[], int] = lambda: 0,
        worn: Callable[[int], str | None] = lambda _held: None,
        forgotten_after: float = 3600.0,
    ) -> None:
        """Hold at most `limit` sessions as `owner`; commands of a session are answered by what `make_handler` makes.

        `legacies` are what other shards leave; `folder` is where this one's own journal is, in which so much is
        `waiting`. `worn` says why this process is better replaced, when it is. A session without a pairing that nobody
        asks anything of for `forgotten_after` seconds is put away.
        """
        self._worn = worn
        self._forgotten_after = forgotten_after
        self._owner = owner
        self._host = host
        self._leases = leases
        self._shared = shared
        self._challenger = Challenger(owner)
        self._wanted = asyncio.Event()
        self._waiting = 0
        self._lying: dict[str, int] = {}
        self.roster = Roster(limit)
        self.legacies = legacies
        self.lease = LeaseKeeper(
            leases, owner, host, lambda: (len(self.held), self.roster.room), folder=folder, waiting=waiting
        )
        self.giving_up = GivingUp(owner, self.roster, self.lease, shared.bus)
        self.claiming = Claiming(
            owner,
            self.roster,
            self.lease,
            shared,
            make_handler=make_handler,
            make_way=self._make_way,
            end=self.reconsider,
        )

    @property
    def held(self) -> dict[str, Holding]:
        """The sessions it holds, by uid."""
        return self.roster.held

    @property
    def retired(self) -> bool:
        """Whether it was asked to retire, and others have everything it held."""
        return self.roster.retiring and self.roster.is_empty

    @property
    def beat(self) -> Beat:
        """What the supervisor is told."""
        held, room = len(self.held), self.roster.room
        return Beat(held=held, room=room, unowned=self._waiting, worn=self._worn(held))

    def key_of(self, uid: str) -> str | None:
        """The key of a session that it holds, and is not about to delete; None of any other."""
        holding = self.held.get(uid)
        return None if holding is None or holding.desired is Desired.DELETED else holding.key_id

    async def run(self) -> None:
        """Take sessions when the doorbell rings and every second, until cancelled."""
        clock = asyncio.get_running_loop().time
        doorbell = await self._shared.bus.serve(SESSIONS_WANTED, self._ring)
        rung, compared, searched = False, 0.0, clock()
        try:
            while True:
                began = clock()
                rung = rung or self._wanted.is_set()
                self._wanted.clear()
                try:
                    if self.lease.may_begin and not self.roster.stopping:
                        await self.look()
                        self._unlink_again()
                        search = began - searched >= _COMPARE_EVERY
                        if search:
                            self._put_forgotten_away()
                        if search or (rung and began - compared >= _COMPARISONS_APART):
                            await self.compare(search=search)
                            rung, compared, searched = False, began, began if search else searched
                except StoreUnavailable as error:
                    _log.warning("ownership_waits", error=str(error))
                await self._pause(began)
        finally:
            await doorbell.stop()

    async def _pause(self, began: float) -> None:
        """Wait for the doorbell or for some time, a little in any case."""
        pause = _LOOK_AT_SUSPECTS_EVERY if self._challenger.suspects else _LOOK_EVERY
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), pause)
        await asyncio.sleep(began + _LOOKS_APART - asyncio.get_running_loop().time())

    async def until_empty(self, seconds: float, may_end: Callable[[], bool]) -> None:
        """Return when nothing was held for so many seconds and `may_end`; nothing is claimed from then on."""
        clock = asyncio.get_running_loop().time
        empty_since = clock()
        while True:
            await asyncio.sleep(min(_LOOK_EVERY, seconds))
            if not self.roster.is_idle:
                empty_since = clock()
            elif clock() - empty_since >= seconds and not self.roster.stopping and may_end():
                self.roster.refuse()
                return

    async def look(self) -> None:
        """Declare dead who is, and take this shard's share of the sessions that nobody holds."""
        everyone, wanted = await asyncio.gather(self._leases.all(), self._shared.sessions.unowned(_MOST_WANTED))
        leases = [lease for lease in everyone if lease.owner != self._owner]
        for lease in self._challenger.see(leases):
            if await self._leases.declare_dead(lease):
                _log.warning("shard_declared_dead", dead=lease.owner, held=lease.held)
                leases[leases.index(lease)] = replace(lease, dead=True)
        wanted += await self.legacies.look(leases)
        self._waiting = len(wanted) if self.roster.room <= 0 else 0
        takers = [lease for lease in leases if not self._challenger.is_late(lease.owner)]
        if self.lease.drain_asked.is_set() or self._host_drains(leases):
            self.giving_up.drain([lease for lease in takers if lease.host != self._host])
        elif self.roster.retiring:
            here = [lease for lease in takers if lease.host == self._host and lease.room > 0 and not lease.draining]
            self.giving_up.drain(here or takers)  # here the auth folders are on the disk
        else:
            for row in self._mine(wanted, [*takers, self._own_lease()]):
                self.roster.spawn(self.claiming.take(row))

    def _unlink_again(self) -> None:
        """Try once more to have phones forget devices, where that is due."""
        for holding in self.held.values():
            if holding.tries_again:
                self.roster.spawn(self.reconsider(holding))

    async def compare(self, *, search: bool = True) -> None:
        """Compare what is held with the rows: do what is wanted, drop what is another's; `search` for what waits."""
        held = list(self.held.values())  # before the rows are read: what is claimed meanwhile is not in them
        waits = await self._shared.messages.with_open(self.held) if search else ()
        rows = {row.uid: row for row in await self._shared.sessions.held_by(self._owner)}
        for holding in held:
            row = rows.get(holding.uid)
            if row is None or row.epoch != holding.epoch:
                self.roster.lost(holding.uid, holding.epoch)
            elif holding.differs(row) or self._shared.chosen.differs(row):
                if not holding.changing:  # else what it waits for would only be waited for once more
                    self.roster.spawn(self.reconsider(holding))
            elif holding.uid in waits or (search and holding.outbox.keeps_unsent):
                holding.outbox.look()
        for uid in rows.keys() - self.held.keys():
            row = await self._shared.sessions.get(uid)
            if row is not None and row.owner == self._owner:
                self.roster.spawn(self.claiming.take(row))

    async def reconsider(self, holding: Holding) -> None:
        """Do what its row wants of a session now."""
        row = await self._shared.sessions.get(holding.uid)
        if row is not None and row.epoch != holding.epoch:
            self.roster.lost(holding.uid, holding.epoch)
            return
        if row is not None:
            self._shared.chosen.take(row)
        login = row is not None and row.unlink_since is None and self._may_log_in(holding, row.desired)
        if await holding.want(row, login=login) and self.held.get(holding.uid) is holding:
            del self.held[holding.uid]
            self.roster.spawn(holding.stop_commands())  # by a task of its own: the command that asks is answered first
        elif row is not None:
            await holding.choosing.take_effect()

    def admit_login(self, holding: Holding) -> None:
        """Let a session wait for a phone; another one of its key may have to give way. Raises TooManyLogins."""
        self._make_way(holding.admit_login())

    def _make_way(self, uid: str | None) -> None:
        if uid is not None and (other := self.held.get(uid)) is not None:
            self.giving_up.put_away(other)

    def _may_log_in(self, holding: Holding, desired: Desired) -> bool:
        if desired is Desired.RUNNING and holding.desired is not Desired.RUNNING:
            try:
                self.admit_login(holding)
            except TooManyLogins:
                return False
        return True

    def _put_forgotten_away(self) -> None:
        for holding in list(self.held.values()):
            if holding.is_forgotten(self._forgotten_after):
                self.giving_up.put_away(holding)

    async def move(self, holding: Holding, to: str | None) -> None:
        """Give a session to another shard, the least loaded one when it is not named.

        Raises:
            NoHost: there is no such shard, or none with room; the session stays.
        """
        leases = await self._leases.all()
        if to is None:
            taker = least_loaded(leases, but=self._owner)
        else:
            taker = next((lease for lease in leases if lease.owner == to and not lease.dead), None)
        if taker is None:
            raise NoHost("No other session host has room for this session. It stays where it is.")
        if taker.owner != self._owner and self.held.get(holding.uid) is holding:
            self.giving_up.part_with(holding, taker)

    async def retire(self) -> None:
        """Take no more sessions and give every one to another shard, whichever has room; then `retired`."""
        self.roster.retiring = True
        await self.lease.renew_now()  # with no room
        self._wanted.set()

    def _host_drains(self, leases: list[Lease]) -> bool:
        """Whether this host was asked to drain before this shard was there."""
        return any(lease.draining and lease.host == self._host and not lease.dead for lease in leases)

    def _own_lease(self) -> Lease:
        return Lease(self._owner, "", 0, held=len(self.held) + len(self.roster.claiming), room=self.roster.room)

    def _mine(self, wanted: list[Session], leases: list[Lease]) -> list[Session]:
        """This shard's share, and what whoever should have taken it has left lying for some looks."""
        wanted = [row for row in wanted if row.uid not in self.roster.claiming and row.uid not in self.held]
        mine = share_of(self._owner, wanted, leases)
        self._lying = {row.uid: self._lying.get(row.uid, 0) + 1 for row in wanted}
        left = [row for row in wanted if self._lying[row.uid] > _UNCLAIMED_FOR and row not in mine]
        return [*mine, *left][: max(self.roster.room, 0)]

    async def _ring(self, _: bytes) -> bytes:
        self._wanted.set()
        return b""
