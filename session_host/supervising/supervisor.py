"""Keeps the shards of one host running: as many as there are sessions for, each back at once when it dies."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog

from session_host.link.beats import Beat
from session_host.link.place import EMPTY
from session_host.metrics.shard_page import ShardPage
from session_host.supervising.deliveries import DeliveriesProcess
from session_host.supervising.restarts import RestartPolicy
from session_host.supervising.shard_process import ShardProcess
from session_host.supervising.spare import Spare

_log = structlog.get_logger()

_LOOK_EVERY = 1.0
_RETIRES_WITHIN = 120.0
"""Seconds for a worn shard to give its sessions to others; it is stopped then, and takes back what it still had."""
_CROWDED_FOR = 3
"""Looks in a row at which sessions wait while every shard is full, before another shard is started."""

AT_ONCE = max(2, min(os.cpu_count() or 1, 8))
"""Shards that start at the same time: more of them would only wait for each other's processors."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a shard may take. Seconds."""

    startup: float
    heartbeat: float
    stop: float


class Supervisor:
    """Runs shard processes by slot. A slot's number is part of its shard's id and outlives the process."""

    def __init__(  # noqa: PLR0913 - what is started, and how many
        self,
        command: Callable[[int | None], Sequence[str]],
        patience: Patience,
        *,
        slots: Collection[int],
        most: int = sys.maxsize,
        at_once: int = AT_ONCE,
        metrics: bool = False,
        spare: bool = False,
        deliverer: Sequence[str] | None = None,
    ) -> None:
        """Prepare to run shards.

        Args:
            command: starts the shard of a slot; of None, one that waits until it is told its slot.
            patience: how long a shard may take.
            slots: those that there are at first; more are added when their shards are full, and an empty one ends.
            most: shards there are at most; beyond it sessions wait.
            at_once: shards that start at the same time; the others wait for their turn.
            metrics: whether shards are asked for their metrics.
            spare: whether one more is kept ready, to take the place of one that dies.
            deliverer: starts the process that delivers events, where this host does.
        """
        self._spare = Spare(lambda: self._prepare(None)) if spare else None
        self._deliveries = (
            DeliveriesProcess(lambda: self._process(deliverer), stays=not slots) if deliverer is not None else None
        )
        self._metrics = metrics
        self._starts: Counter[int] = Counter()
        self._command = command
        self._patience = patience
        self._processes: dict[int, ShardProcess] = {}
        self._slots = set(slots)
        self._most = most
        self._turns = asyncio.Semaphore(at_once)
        self._stopping = asyncio.Event()
        self._room_made_for: ShardProcess | None = None
        self._replaced: ShardProcess | None = None
        """Whose turn it was last: never two at a time, so that most of the host's sessions stay where they are."""

    @property
    def pids(self) -> dict[int, int | None]:
        """The process id of each slot's shard at the moment."""
        return {slot: process.pid for slot, process in self._processes.items()}

    @property
    def deliveries(self) -> DeliveriesProcess | None:
        """The process that delivers events, where this host has one."""
        return self._deliveries

    @property
    def beats(self) -> list[Beat]:
        """What each shard said last; nothing of one that has not spoken since it was started."""
        return [beat for process in self._processes.values() if (beat := process.last_beat) is not None]

    @property
    def all_spoke(self) -> bool:
        """Whether every shard there is to be has."""
        return len(self.beats) == len(self._slots)

    async def pages(self) -> dict[int, ShardPage]:
        """What each slot's shard measures at the moment, within some seconds."""
        asked = list(self._processes.items())
        pages = await asyncio.gather(*(process.metrics() for _, process in asked))
        return {slot: ShardPage(page, self._starts[slot] - 1) for (slot, _), page in zip(asked, pages, strict=True)}

    async def deliveries_page(self) -> ShardPage | None:
        """The same of the process that delivers events; None while there is none."""
        process = self._deliveries
        if process is None or process.pid is None:
            return None
        return ShardPage(await process.metrics(), process.starts - 1)

    async def run(self) -> None:
        """Keep shards running until `stop`; returns when all of them have ended."""
        async with asyncio.TaskGroup() as slots:
            for slot in sorted(self._slots):
                slots.create_task(self._keep(slot))
            crowded = 0
            while not self._stopping.is_set():
                crowded = crowded + 1 if self._crowded() else 0
                if crowded == _CROWDED_FOR and (slot := self._add()) is not None:
                    slots.create_task(self._keep(slot))
                    crowded = 0
                self._replace_worn(slots)
                if self._spare is not None:
                    self._spare.look(time.monotonic(), calm=self.all_spoke)
                if self._deliveries is not None:
                    self._deliveries.look(time.monotonic(), wanted=any(beat.deliveries for beat in self.beats))
                await self._pause(_LOOK_EVERY)
            if self._spare is not None:
                await self._spare.end()
            ends = [process.stop(self._patience.stop) for process in self._processes.values()]
            if self._deliveries is not None:
                ends.append(self._deliveries.stop(self._patience.stop))
            await asyncio.gather(*ends)

    def stop(self) -> None:
        """Stop every shard gracefully; `run` returns then. May be called from a signal handler of the loop."""
        self._stopping.set()

    def _crowded(self) -> bool:
        """Whether sessions wait for a host while every shard has spoken and none has room."""
        beats = self.beats
        return self.all_spoke and all(beat.room <= 0 for beat in beats) and any(beat.unowned > 0 for beat in beats)

    def _add(self) -> int | None:
        """The slot of one more shard; None when there are as many as there may be."""
        if len(self._slots) >= self._most:
            _log.warning("host_full", shards=len(self._slots), remedy="raise WAGATE_SHARDS_PER_HOST or add a host")
            return None
        slot = min(set(range(len(self._slots) + 1)) - self._slots)
        self._slots.add(slot)
        _log.info("shard_added", slot=slot)
        return slot

    def _replace_worn(self, slots: asyncio.TaskGroup) -> None:
        """Have one worn shard give its sessions to others and end; first a shard is added when they have no room."""
        if (self._replaced is not None and self._replaced.runs) or not self.all_spoke:
            return
        worn = [process for process in self._processes.values() if process.last_beat and process.last_beat.worn]
        if not worn:
            return
        first, held = worn[0], worn[0].last_beat.held if worn[0].last_beat else 0
        room = sum(max(beat.room, 0) for beat in self.beats if not beat.worn)
        if room < held and self._room_made_for is not first:
            self._room_made_for = first
            if (slot := self._add()) is not None:
                slots.create_task(self._keep(slot))
            return
        self._replaced = first
        _log.warning("shard_replaced", pid=first.pid, why=first.last_beat.worn if first.last_beat else None, held=held)
        slots.create_task(first.retire(_RETIRES_WITHIN, self._patience.stop))

    async def _keep(self, slot: int) -> None:
        """Run one slot's shard, again and again, until it ends since it was empty."""
        restarts = RestartPolicy()
        while not self._stopping.is_set():
            process = (self._spare and self._spare.take(slot)) or self._prepare(slot)
            status = await self._run(slot, process)
            if self._stopping.is_set():
                return
            if status == EMPTY:
                self._slots.discard(slot)
                del self._processes[slot]
                _log.info("empty_shard_ended", slot=slot)
                return
            if process.retired:
                continue
            delay = restarts.died(time.monotonic())
            _log.error("shard_died", slot=slot, pid=process.pid, status=status, next_start_in=delay)
            await self._pause(delay)

    def _prepare(self, slot: int | None) -> ShardProcess:
        return self._process(self._command(slot), spare=slot is None)

    def _process(self, command: Sequence[str], *, spare: bool = False) -> ShardProcess:
        return ShardProcess(
            command,
            startup_timeout=self._patience.startup,
            heartbeat_timeout=self._patience.heartbeat,
            metrics=self._metrics,
            spare=spare,
        )

    async def _run(self, slot: int, process: ShardProcess) -> int | str | None:
        """Start it when it is its turn, and return what it ended with."""
        async with self._turns:
            if self._stopping.is_set():
                return None
            self._starts[slot] += 1
            self._processes[slot] = process
            running = process.begin()
            try:
                await process.started()
            except asyncio.CancelledError:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                raise
        try:
            return await running
        except OSError as error:  # no memory or no file descriptor for another process
            return str(error)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond `stop`."""
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
