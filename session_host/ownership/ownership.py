"""Which sessions this shard holds: its share of those that nobody holds or whose shard is dead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from session_host.auth_sync.errors import Fenced
from session_host.link.beats import Beat
from session_host.ownership.challenger import Challenger
from session_host.ownership.holding import Holding, StillConnected
from session_host.ownership.lease import LeaseKeeper
from session_host.ownership.putting_off import is_login, put_off
from session_host.ownership.sharing import least_loaded, share_of
from session_host.ownership.surroundings import Surroundings
from session_host.session.deadline import Deadline
from shared.bus import Handler
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
_AT_ONCE = 16
_MOST_WANTED = 500
_UNCLAIMED_FOR = 3
"""Looks after which a session that its taker leaves lying is anybody's."""
_MOVES_WITHIN, _SHARE_OF_SENDS = 4.0, 0.5
_LEAST = 0.3
"""Seconds for giving up the lease, however late it is."""
_FIRST_RETRY, _LAST_RETRY = 0.1, 2.0

MakeHandler = Callable[[Holding], Handler]


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
        worn: Callable[[int], str | None] = lambda _held: None,
        forgotten_after: float = 3600.0,
    ) -> None:
        """Hold at most `limit` sessions as `owner`; commands of a session are answered by what `make_handler` makes.

        `worn` says why this process is better replaced, when it is. A session without a pairing that nobody asks
        anything of for `forgotten_after` seconds is put away.
        """
        self._worn = worn
        self._forgotten_after = forgotten_after
        self._owner = owner
        self._host = host
        self._limit = limit
        self._leases = leases
        self._shared = shared
        self._make_handler = make_handler
        self._challenger = Challenger(owner)
        self._wanted = asyncio.Event()
        self._waiting = 0
        self._lying: dict[str, int] = {}
        self._claiming: set[str] = set()
        self._leaving: set[str] = set()
        """Given up, and not yet so in their rows."""
        self._unreleased: set[str] = set()
        """Given up, and their rows could not be told: the next comparison claims them again."""
        self._kept = 0
        """Claims that were cut short when this shard stopped: their rows may name it."""
        self._claims = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._retiring = False
        self.held: dict[str, Holding] = {}
        self.lease = LeaseKeeper(leases, owner, host, lambda: (len(self.held), self._room))

    @property
    def _room(self) -> int:
        return 0 if self._stopping or self._retiring else self._limit - len(self.held) - len(self._claiming)

    @property
    def retired(self) -> bool:
        """Whether it was asked to retire, and others have everything it held."""
        return self._retiring and not (self.held or self._leaving or self._claiming or self._unreleased)

    @property
    def beat(self) -> Beat:
        """What the supervisor is told."""
        return Beat(held=len(self.held), room=self._room, unowned=self._waiting, worn=self._worn(len(self.held)))

    def keeps(self, uid: str) -> bool:
        """Whether it holds this session, and is not about to delete it."""
        holding = self.held.get(uid)
        return holding is not None and holding.desired is not Desired.DELETED

    async def take_back(self) -> None:
        """Claim what this slot held before it was restarted. Raises StoreUnavailable."""
        rows = await self._shared.sessions.owned_by(self._owner)
        claimed = [holding for holding in await asyncio.gather(*map(self._claim, rows)) if holding is not None]
        # Before the journal is applied, which settles more of what is in doubt.
        await asyncio.gather(*(self._prepare(holding) for holding in claimed))
        for holding in claimed:
            self._spawn(self._begin(holding))
        _log.info("sessions_taken_back", owner=self._owner, count=len(claimed))

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
                    if self.lease.may_begin and not self._stopping:
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
        await asyncio.sleep(began + _LOOKS_APART - asyncio.get_running_loop().time())
        try:
            pause = _LOOK_AT_SUSPECTS_EVERY if self._challenger.suspects else _LOOK_EVERY
            await asyncio.wait_for(self._wanted.wait(), pause)
        except TimeoutError:
            return

    async def until_empty(self, seconds: float, may_end: Callable[[], bool]) -> None:
        """Return when nothing was held for so many seconds and `may_end`; nothing is claimed from then on."""
        clock = asyncio.get_running_loop().time
        empty_since = clock()
        while True:
            await asyncio.sleep(min(_LOOK_EVERY, seconds))
            if self.held or self._claiming or self._tasks:
                empty_since = clock()
            elif clock() - empty_since >= seconds and not self._stopping and may_end():
                self._refuse()
                return

    async def look(self) -> None:
        """Declare dead who is, and take this shard's share of the sessions that nobody holds."""
        leases = [lease for lease in await self._leases.all() if lease.owner != self._owner]
        for lease in self._challenger.see(leases):
            if await self._leases.declare_dead(lease):
                _log.warning("shard_declared_dead", dead=lease.owner, held=lease.held)
                leases[leases.index(lease)] = replace(lease, dead=True)
        wanted = await self._shared.sessions.unowned(_MOST_WANTED)
        for lease in leases:
            if lease.dead:
                wanted += await self._left_by(lease)
        self._waiting = len(wanted) if self._room <= 0 else 0
        takers = [lease for lease in leases if not self._challenger.is_late(lease.owner)]
        if self.lease.drain_asked.is_set() or self._host_drains(leases):
            self._drain([lease for lease in takers if lease.host != self._host])
        elif self._retiring:
            here = [lease for lease in takers if lease.host == self._host and lease.room > 0 and not lease.draining]
            self._drain(here or takers)  # here the auth folders are on the disk
        else:
            for row in self._mine(wanted, [*takers, self._own_lease()]):
                self._spawn(self._take(row))

    def _unlink_again(self) -> None:
        """Try once more to have phones forget devices, where that is due."""
        for holding in self.held.values():
            if holding.tries_again:
                self._spawn(self.reconsider(holding))

    async def compare(self, *, search: bool = True) -> None:
        """Compare what is held with the rows: do what is wanted, drop what is another's; `search` for what waits."""
        held = list(self.held.values())  # before the rows are read: what is claimed meanwhile is not in them
        rows = {row.uid: row for row in await self._shared.sessions.held_by(self._owner)}
        for holding in held:
            row = rows.get(holding.uid)
            if row is None or row.epoch != holding.epoch:
                self.lost(holding.uid, holding.epoch)
            elif holding.differs(row):
                if not holding.changing:  # else what it waits for would only be waited for once more
                    self._spawn(self.reconsider(holding))
            elif search:
                holding.outbox.look()
        for uid in rows.keys() - self.held.keys():
            row = await self._shared.sessions.get(uid)
            if row is not None and row.owner == self._owner:
                self._spawn(self._take(row))

    async def reconsider(self, holding: Holding) -> None:
        """Do what its row wants of a session now."""
        row = await self._shared.sessions.get(holding.uid)
        if row is not None and row.epoch != holding.epoch:
            self.lost(holding.uid, holding.epoch)
            return
        login = row is not None and row.unlink_since is None and self._may_log_in(holding, row.desired)
        if await holding.want(row, login=login) and self.held.get(holding.uid) is holding:
            del self.held[holding.uid]
            self._spawn(holding.stop_commands())  # by a task of its own: the command that asks is answered first

    def admit_login(self, holding: Holding) -> None:
        """Let a session wait for a phone; another one of its key may have to give way. Raises TooManyLogins."""
        self._make_way(holding.admit_login())

    def _make_way(self, uid: str | None) -> None:
        if uid is not None and (other := self.held.get(uid)) is not None:
            self._put_away(other)

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
                self._put_away(holding)

    def _put_away(self, holding: Holding) -> None:
        del self.held[holding.uid]
        self._leaving.add(holding.uid)
        self._spawn(self._given_up(holding, holding.put_away(Deadline.after(_MOVES_WITHIN))))

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
            raise NoHost("No other session host has room for this session; it stays where it is.")
        if taker.owner != self._owner and self.held.get(holding.uid) is holding:
            self._part_with(holding, taker)

    def lost(self, uid: str, epoch: int) -> None:
        """Drop a session that the store says is another's; its device is connected there."""
        holding = self.held.get(uid)
        if holding is not None and holding.epoch == epoch:
            del self.held[uid]
            _log.warning("session_lost", session=uid, epoch=epoch)
            self._spawn(holding.let_go())

    async def hang_up(self, deadline: Deadline) -> None:
        """Disconnect every session before anything else: what it receives cannot be kept. `stop` has to follow."""
        self._refuse()
        closing = [asyncio.create_task(holding.live.close()) for holding in self.held.values()]
        if closing:
            await asyncio.wait(closing, timeout=deadline.left)

    async def retire(self) -> None:
        """Take no more sessions and give every one to another shard, whichever has room; then `retired`."""
        self._retiring = True
        await self.lease.renew_now()  # with no room
        self._wanted.set()

    async def stop(self, sends: Deadline, deadline: Deadline) -> None:
        """Give every session up for others to take, each as soon as it is disconnected, and end the lease.

        Args:
            sends: until when sends that are under way may end.
            deadline: until when all of it has to be done. What is not is taken from this shard by its lease.
        """
        self._refuse()
        told = asyncio.create_task(self.lease.renew_now())  # with no room: nobody leaves these sessions to this shard
        still_connected = False
        while self.held or self._tasks:  # again for a claim that was under way: no row may name a shard without a lease
            held, self.held = list(self.held.values()), {}
            ending = [
                asyncio.create_task(self._given_up(holding, holding.hand_over(sends, deadline))) for holding in held
            ]
            for task in await _ended([*ending, *self._tasks], deadline):
                self._kept += task.cancelled()
                still_connected |= not task.cancelled() and isinstance(task.exception(), StillConnected)
        await _ended([told], deadline)  # the lease that it renews is given up below
        if still_connected:
            _log.error("lease_kept")  # others take what is left when it is old: this process has ended by then
        else:
            await self.lease.give_up(held=self._kept + len(self._unreleased), within=max(deadline.left, _LEAST))

    def _refuse(self) -> None:
        """Begin nothing any more."""
        self._stopping = True
        for holding in self.held.values():
            holding.outbox.refuse()

    async def _given_up(self, holding: Holding, giving_up: Awaitable[None]) -> None:
        try:
            await giving_up
        except (StoreUnavailable, StillConnected, TimeoutError) as error:
            _log.warning("session_not_released", session=holding.uid, error=str(error) or type(error).__name__)
            self._unreleased.add(holding.uid)
            raise
        finally:
            self._leaving.discard(holding.uid)
        await self._shared.bus.ring(SESSIONS_WANTED)

    def _part_with(self, holding: Holding, taker: Lease) -> None:
        del self.held[holding.uid]
        self._leaving.add(holding.uid)
        self._spawn(self._hand_over(holding, taker.owner))  # by a task of its own, as in `reconsider`

    async def _hand_over(self, holding: Holding, to: str) -> None:
        deadline = Deadline.after(_MOVES_WITHIN)
        sends = deadline.part(_SHARE_OF_SENDS)
        await self._given_up(holding, holding.hand_over(sends, deadline, to=to))
        _log.info("session_moved", session=holding.uid, to=to)

    def _drain(self, takers: list[Lease]) -> None:
        """Give sessions away, a few at a time, as far as others have room for them."""
        for holding in list(self.held.values())[:_AT_ONCE]:
            taker = least_loaded(takers, but=self._owner)
            if taker is None:
                return
            self._part_with(holding, taker)
            takers[takers.index(taker)] = replace(taker, held=taker.held + 1, room=taker.room - 1)

    def _host_drains(self, leases: list[Lease]) -> bool:
        """Whether this host was asked to drain before this shard was there."""
        return any(lease.draining and lease.host == self._host and not lease.dead for lease in leases)

    def _own_lease(self) -> Lease:
        return Lease(self._owner, "", 0, held=len(self.held) + len(self._claiming), room=self._room)

    async def _left_by(self, dead: Lease) -> list[Session]:
        """What a dead shard still holds by the rows; its lease is removed when that is nothing."""
        rows = await self._shared.sessions.owned_by(dead.owner)
        if not rows:
            await self._leases.remove(dead)
        return rows

    def _mine(self, wanted: list[Session], leases: list[Lease]) -> list[Session]:
        """This shard's share, and what whoever should have taken it has left lying for some looks."""
        wanted = [row for row in wanted if row.uid not in self._claiming and row.uid not in self.held]
        mine = share_of(self._owner, wanted, leases)
        self._lying = {row.uid: self._lying.get(row.uid, 0) + 1 for row in wanted}
        left = [row for row in wanted if self._lying[row.uid] > _UNCLAIMED_FOR and row not in mine]
        return [*mine, *left][: max(self._room, 0)]

    async def _take(self, row: Session) -> None:
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
            if row.uid not in self.held:
                self._shared.logins.leave(row.uid)
        if holding is not None:
            await self._prepare(holding)
            await self._begin(holding)

    def _admits(self, row: Session) -> bool:
        """Whether a session may begin to wait for a phone, if it is one that will."""
        if not is_login(row) or row.uid in self._claiming:
            return True
        try:
            self._make_way(self._shared.logins.admit(row.key_id, row.uid))
        except TooManyLogins:
            return False
        return True

    async def _put_off(self, row: Session) -> None:
        if row.uid in self._claiming | self._leaving:
            return
        self._claiming.add(row.uid)
        try:
            async with self._claims:
                await put_off(self._shared.sessions, row, self._owner, self._shared.clock)
        finally:
            self._claiming.discard(row.uid)

    async def _claim(self, row: Session) -> Holding | None:
        """Claim a session in the store; None when it did not become this shard's."""
        if row.uid in self._claiming | self._leaving:
            return None
        self._claiming.add(row.uid)
        try:
            async with self._claims:
                if self._stopping or row.uid in self.held or not self.lease.may_begin:
                    return None
                mine = row.owner is None or row.owner == self._owner
                sessions = self._shared.sessions
                claimed = await (sessions.claim(row.uid, self._owner) if mine else sessions.take_over(row, self._owner))
            if claimed is None:
                return None
            if not mine:
                _log.warning("session_taken_over", session=row.uid, of=row.owner, epoch=claimed.epoch)
            self._unreleased.discard(claimed.uid)
            holding = self.held[claimed.uid] = Holding(claimed, self._shared)
            return holding
        finally:
            self._claiming.discard(row.uid)

    async def _prepare(self, holding: Holding) -> None:
        """Prepare a claimed session, again while a store is away; drops it when it turns out to be another's."""
        delay = _FIRST_RETRY
        while self._holds(holding):
            try:
                await holding.prepare()
            except StoreUnavailable as error:
                _log.warning("session_waits", session=holding.uid, error=str(error))
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LAST_RETRY)
            except Fenced:
                self.lost(holding.uid, holding.epoch)
            except Exception:  # noqa: BLE001 - it is logged, and the next comparison repeats it
                _log.exception("session_not_prepared", session=holding.uid)
                await self._drop(holding)
            else:
                return

    async def _begin(self, holding: Holding) -> None:
        if not self._holds(holding):
            return
        try:
            await holding.begin(self._make_handler(holding))
            if holding.ends:
                await self.reconsider(holding)
        except Exception:
            await self._drop(holding)
            raise

    async def _drop(self, holding: Holding) -> None:
        """Let go of a session that could not be begun; the next comparison finds its row and claims it again."""
        if self.held.get(holding.uid) is holding:
            del self.held[holding.uid]
        await holding.let_go()

    def _holds(self, holding: Holding) -> bool:
        return not self._stopping and self.held.get(holding.uid) is holding

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work that nobody waits for; when a store is away or a bug raises, the next comparison repeats it."""
        try:
            await work
        except Exception:  # noqa: BLE001 - see above
            _log.exception("session_work_failed")

    async def _ring(self, _: bytes) -> bytes:
        self._wanted.set()
        return b""


async def _ended(tasks: list[asyncio.Task[None]], deadline: Deadline) -> list[asyncio.Task[None]]:
    """These tasks, once they have ended; those that have not in time are cancelled."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=deadline.left)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return tasks
