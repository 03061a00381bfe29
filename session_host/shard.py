"""`python -m session_host.shard`: one process of a session host, and its composition root.

The supervisor starts it; it holds the sessions of one slot, and what it held before when it is started again.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass

import structlog
import uvloop

from session_host.auth_sync.cipher import BadKey, LocalKeyCipher, key_of
from session_host.auth_sync.keeper import AuthKeeper
from session_host.beats import Heart
from session_host.commands.serving import command_handler
from session_host.data_folder import DataFolder, FolderInUse, locked
from session_host.disk_room import DiskFull, Unwritable, check_room, watch_room
from session_host.holding import Surroundings
from session_host.inbound import Inbound
from session_host.journal import Journal
from session_host.lifeline import follow
from session_host.numbers import KnownNumbers
from session_host.ownership import Ownership
from session_host.ping import ping_answer
from session_host.publishing import Publishing
from session_host.receipts import Receipts, Sends
from session_host.reports import Reports
from session_host.retention import run_retention
from session_host.session import LiveSession, SessionSettings
from session_host.session_changes import SessionChanges
from session_host.settings import HostSettings
from session_host.whatsapp.client import ClientFactory
from shared.adapters.nats.bus import open_bus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.contracts.events import AnyEvent
from shared.contracts.subjects import shard_ping
from shared.errors import BusUnavailable, StoreUnavailable
from shared.ids import now_ms
from shared.sessions.model import SessionReport, SessionStatus
from shared.settings import StoreSettings
from shared.telemetry import configure_logging

_log = structlog.get_logger()

_SLOT_FREE_WITHIN, _SLOT_LOOK_EVERY = 5.0, 0.1
_SHARE_OF_SENDS = 0.6
"""Of the time for stopping, what sends under way may have; the rest is for disconnecting and for the last events."""
_LAST_EVENTS_WITHIN = 0.3
"""Seconds, when it stops, for publishing the last events; what is not published by then waits in the journal."""

_SNAPSHOT_EVERY = {"sqlite": 300.0, "dynamodb": 5.0}
"""Seconds between two snapshots of a busy session. On one machine they serve only when its disk loses the folder."""

MakeClients = Callable[[HostSettings], ClientFactory]


@dataclass(frozen=True, slots=True)
class Place:
    """Which shard this is."""

    host: str
    slot: int
    heartbeat: int | None
    """The file descriptor of the pipe to the supervisor; None when it runs by itself."""

    @property
    def owner(self) -> str:
        """The shard's id, the same after every restart."""
        return f"{self.host}-{self.slot}"

    @classmethod
    def parse(cls, arguments: list[str]) -> Place:
        """Read the command line."""
        parser = argparse.ArgumentParser(prog="session_host.shard", description="Started by `python -m session_host`.")
        parser.add_argument("--host", required=True)
        parser.add_argument("--slot", required=True, type=int)
        parser.add_argument("--heartbeat", type=int)
        given = parser.parse_args(arguments)
        return cls(given.host, given.slot, given.heartbeat)


def main(arguments: list[str], make_clients: MakeClients) -> int:
    """Run a shard until SIGTERM or the end of its supervisor; its exit status."""
    place = Place.parse(arguments)
    settings = HostSettings()
    configure_logging("session-host-shard", level=settings.log_level)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the lease's switch: no code of ours is needed to die
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the supervisor stops its shards
    structlog.contextvars.bind_contextvars(shard=place.owner)
    try:
        uvloop.run(run(place, settings, StoreSettings(), make_clients))
    except (StoreUnavailable, BusUnavailable, FolderInUse, BadKey, DiskFull) as error:
        _log.error("shard_cannot_run", error=str(error))
        return 1
    return 0


async def run(place: Place, settings: HostSettings, stores: StoreSettings, make_clients: MakeClients) -> None:
    """Hold sessions until asked to stop.

    Raises:
        StoreUnavailable: the rows cannot be read.
        BusUnavailable: NATS does not answer.
        FolderInUse: an earlier process of this slot has not ended.
        BadKey: the key for snapshots is none, or none that every host has.
        DiskFull: it ended, gracefully, because nothing can be written down.
    """
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    if place.heartbeat is not None:
        follow(stopping.set, settings.stop_within)
    async with _shard(place, settings, stores, make_clients) as (ownership, parts):
        if place.heartbeat is not None:
            parts.append(asyncio.create_task(Heart(place.heartbeat, lambda: ownership.beat).run()))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({stopped, *parts}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        _log.info("shard_stops", held=len(ownership.held))
        hurry = any(part.done() and isinstance(part.exception(), Unwritable) for part in parts)
        if hurry:
            await ownership.hang_up()
        await ownership.stop(0 if hurry else settings.stop_within * _SHARE_OF_SENDS)
        for part in parts:
            if part.done():  # none ends by itself: the supervisor is gone, or it failed and a fresh process is better
                await part


@asynccontextmanager
async def _shard(
    place: Place, settings: HostSettings, store_settings: StoreSettings, make_clients: MakeClients
) -> AsyncGenerator[tuple[Ownership, list[asyncio.Task[None]]]]:
    """A running shard: everything is open and its tasks run until the context ends."""
    folder = DataFolder(settings.host_dir or store_settings.data_dir)
    folder.prepare()
    check_room(folder.journals)
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_slot_of_its_own(folder, place.slot))
        stores = await stack.enter_async_context(open_stores(store_settings))
        bus = await stack.enter_async_context(open_bus(store_settings, name=place.owner))
        journal = Journal(
            folder.journal(place.slot),
            synchronous=store_settings.sqlite_synchronous,
            on_append=lambda: loop.call_soon_threadsafe(wake),
        )
        stack.callback(journal.close)

        def sends(uid: str) -> Sends:
            holding = ownership.held.get(uid)
            return holding.outbox.sends if holding else Sends(0, 0)

        inbound = Inbound(journal, stores.inbox, Receipts(stores.messages, sends))
        stack.callback(inbound.close)
        limits = StreamLimits(settings.events_max_age, settings.events_max_bytes, settings.events_replicas)
        publishing = Publishing(journal, bus.event_log(limits))
        stack.callback(publishing.close)

        def wake() -> None:
            inbound.wake()
            publishing.wake()

        clients = make_clients(settings)
        session_settings = SessionSettings(qr_rounds=settings.qr_rounds)

        def make_session(uid: str, on_report: Callable[[SessionReport], None], first: SessionStatus) -> LiveSession:
            def keep(event: AnyEvent) -> None:
                journal.keep(uid, event)

            return LiveSession(uid, folder.auth / uid, clients, keep, on_report, session_settings, now_ms, first)

        def lost(uid: str, epoch: int) -> None:
            ownership.lost(uid, epoch)

        auth = AuthKeeper(
            stores.blobs,
            folder.auth,
            _cipher(settings, store_settings),
            place.owner,
            on_fenced=lost,
            min_interval=settings.snapshot_every or _SNAPSHOT_EVERY[store_settings.store],
        )
        stack.push_async_callback(auth.close)
        changes = stack.enter_context(closing(SessionChanges(journal.append, now_ms)))
        reports = Reports(stores.sessions, place.owner, lost, changes)
        shared = Surroundings(
            sessions=stores.sessions,
            messages=stores.messages,
            inbox=stores.inbox,
            bus=bus,
            inbound=inbound,
            reports=reports,
            numbers=KnownNumbers(),
            make_session=make_session,
            auth=auth,
            auth_root=folder.auth,
            may_begin=lambda: ownership.lease.may_begin,
            clock=now_ms,
        )
        ownership = Ownership(
            owner=place.owner,
            host=place.host,
            limit=settings.sessions_per_shard,
            leases=stores.leases,
            shared=shared,
            make_handler=lambda holding: command_handler(holding, auth, ownership.reconsider, ownership.move, now_ms),
        )
        await ownership.lease.begin()
        parts = [asyncio.create_task(part) for part in (ownership.lease.run(), auth.run())]
        try:
            await ownership.take_back()
            await bus.serve(shard_ping(place.owner), ping_answer(place.owner, ownership, journal, inbound, publishing))
            work = [
                ownership.run(),
                reports.run(),
                inbound.run(),
                publishing.run(),
                watch_room(folder.journals, journal.give_up),
            ]
            if place.slot == 0:
                work.append(run_retention(stores.messages, now_ms))
            parts += [asyncio.create_task(part) for part in work]
            yield ownership, parts
        finally:
            last = settings.stop_within * (1 - _SHARE_OF_SENDS)  # the disk may go with the host: nothing else has these
            await asyncio.gather(publishing.finish(_LAST_EVENTS_WITHIN), inbound.finish(last))
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)


def _cipher(settings: HostSettings, stores: StoreSettings) -> LocalKeyCipher:
    if settings.auth_key is None and stores.store == "dynamodb":
        raise BadKey(
            "Other hosts have to read this host's snapshots: set WAGATE_AUTH_KEY to the same 32 bytes in base64 on "
            "every host (`openssl rand -base64 32` makes one), and keep a copy of it."
        )
    return LocalKeyCipher(key_of(settings.auth_key, DataFolder(stores.data_dir).auth_key))


@asynccontextmanager
async def _slot_of_its_own(folder: DataFolder, slot: int) -> AsyncGenerator[None]:
    """Hold the slot; waits a little for an earlier process of it that is on its way out.

    Raises:
        FolderInUse: it has not ended.
    """
    deadline = asyncio.get_running_loop().time() + _SLOT_FREE_WITHIN
    while True:
        held = locked(folder.slot_lock(slot), f"A shard of slot {slot}")
        try:
            held.__enter__()
            break
        except FolderInUse:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(_SLOT_LOOK_EVERY)
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def neonize_clients(settings: HostSettings) -> ClientFactory:
    """Clients of the real library."""
    from session_host.whatsapp.clients import NeonizeClients  # noqa: PLC0415 - 73 MB that a test of the rest spares

    return NeonizeClients(
        max_sessions=settings.sessions_per_shard, proxy=settings.whatsapp_proxy, device_name=settings.device_name
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], neonize_clients))
