"""Which sessions this shard holds: its own rows again after a restart, and sessions nobody holds while it has room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from session_host.beats import Beat
from session_host.holding import Holding, Surroundings
from shared.bus import Handler
from shared.contracts.subjects import SESSIONS_WANTED
from shared.errors import NoHost, StoreUnavailable
from shared.sessions.model import Desired, Session

_log = structlog.get_logger()

_LOOK_EVERY = 2.0
_COMPARE_EVERY = 5
"""Looks between two comparisons of what is held with the rows: a command that was lost is made up for then."""
_AT_ONCE = 16
_MOVED_WITHIN = 2.0
"""Seconds that sends under way may have when their session moves."""

MakeHandler = Callable[[Holding], Handler]


class Ownership:
    """The sessions of one shard, by uid."""

    def __init__(self, owner: str, limit: int, shared: Surroundings, make_handler: MakeHandler) -> None:
        """Hold at most `limit` sessions as `owner`; commands of a session are answered by what `make_handler` makes."""
        self._owner = owner
        self._limit = limit
        self._shared = shared
        self._make_handler = make_handler
        self._wanted = asyncio.Event()
        self._waiting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._leaving: set[str] = set()
        """Sessions that are being given up: their rows are still this shard's."""
        self.held: dict[str, Holding] = {}

    @property
    def beat(self) -> Beat:
        """What the supervisor is told."""
        return Beat(held=len(self.held), room=self._limit - len(self.held), unowned=self._waiting)

    async def take_back(self) -> None:
        """Claim what this slot held before it was restarted. Raises StoreUnavailable."""
        rows = await self._shared.sessions.owned_by(self._owner)
        gate = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._claim(row, gate) for row in rows))
        _log.info("sessions_taken_back", owner=self._owner, count=len(self.held))

    async def run(self) -> None:
        """Take sessions when the doorbell rings and every 2 s, until cancelled."""
        doorbell = await self._shared.bus.serve(SESSIONS_WANTED, self._ring)
        looks = 0
        try:
            while True:
                self._wanted.clear()
                try:
                    await self.look()
                    looks += 1
                    if looks % _COMPARE_EVERY == 0:
                        await self.compare()
                except StoreUnavailable as error:
                    _log.warning("ownership_waits", error=error.message)
                try:
                    await asyncio.wait_for(self._wanted.wait(), _LOOK_EVERY)
                except TimeoutError:
                    continue
        finally:
            await doorbell.stop()

    async def look(self) -> None:
        """Claim sessions nobody holds, as far as there is room."""
        room = self._limit - len(self.held)
        rows = await self._shared.sessions.unowned(max(room, 1))
        gate = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._claim(row, gate) for row in rows[: max(room, 0)]))
        self._waiting = len(rows) if room <= 0 else 0

    async def compare(self) -> None:
        """Compare what is held with the rows: do what is wanted, drop what is another's, look for waiting messages."""
        rows = {row.uid: row for row in await self._shared.sessions.owned_by(self._owner)}
        for holding in list(self.held.values()):
            row = rows.get(holding.uid)
            if row is None or row.epoch != holding.epoch:
                self.lost(holding.uid, holding.epoch)
            elif row.desired is not holding.desired:
                self._spawn(self.reconsider(holding, row.desired))
            else:
                holding.outbox.look()
        gate = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._claim(row, gate) for uid, row in rows.items() if uid not in self.held))

    async def reconsider(self, holding: Holding, desired: Desired | None = None) -> None:
        """Do what is wanted of a session now; read from its row when it is not given."""
        if desired is None:
            row = await self._shared.sessions.get(holding.uid)
            desired = row.desired if row else Desired.DELETED
        if await holding.want(desired) and self.held.get(holding.uid) is holding:
            del self.held[holding.uid]
            self._spawn(holding.stop_commands())  # by a task of its own: the command that asks is answered first

    async def move(self, holding: Holding, to: str | None) -> None:
        """Give a session to another shard, or to any that has room; what is under way is finished first.

        Raises:
            NoHost: it has been given up already.
            StoreUnavailable: it stays this shard's, which takes it back.
        """
        if self.held.get(holding.uid) is not holding:
            raise NoHost("The session is on its way to another shard already.", retry_after=1)
        del self.held[holding.uid]
        self._leaving.add(holding.uid)
        try:
            await holding.let_go(within=_MOVED_WITHIN)
            await self._shared.sessions.release(holding.uid, self._owner, holding.epoch, to=to)
        finally:
            self._leaving.discard(holding.uid)
        _log.info("session_moved", session=holding.uid, to=to)
        await self._shared.bus.ring(SESSIONS_WANTED)

    def lost(self, uid: str, epoch: int) -> None:
        """Drop a session that the store says is another's; its device is connected there."""
        holding = self.held.get(uid)
        if holding is not None and holding.epoch == epoch:
            del self.held[uid]
            _log.warning("session_lost", session=uid, epoch=epoch)
            self._spawn(holding.let_go(within=0))

    async def stop(self, within: float) -> None:
        """Let go of every session within so many seconds. They stay this slot's: it takes them back when it starts."""
        self._stopping = True
        held, self.held = list(self.held.values()), {}
        await asyncio.gather(*(holding.let_go(within=within) for holding in held), *self._tasks)

    async def _claim(self, row: Session, gate: asyncio.Semaphore) -> None:
        async with gate:
            if self._stopping or row.uid in self.held or row.uid in self._leaving:
                return
            claimed = await self._shared.sessions.claim(row.uid, self._owner)
            if claimed is None:
                return
            holding = self.held[claimed.uid] = Holding(claimed, self._shared)
            try:
                await holding.settle_unfinished()  # before the journal is applied: a receipt in it may settle more
            except StoreUnavailable:
                del self.held[claimed.uid]
                await holding.let_go(within=0)
                raise
        self._spawn(self._begin(holding))

    async def _begin(self, holding: Holding) -> None:
        try:
            if holding.desired is Desired.DELETED:
                await self.reconsider(holding, Desired.DELETED)
            else:
                await holding.begin(self._make_handler(holding))
        except Exception:
            if self.held.get(holding.uid) is holding:  # the next comparison finds its row and claims it again
                del self.held[holding.uid]
            await holding.let_go(within=0)
            raise

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
