"""A shard from its first moment to its last: what it is told, what runs, and how it stops."""

from __future__ import annotations

from shared import plain_shutil  # noqa: F401 # pyright: ignore[reportUnusedImport] - before who has temporary files
from shared.observing.plain_structlog import structlog  # before anything that logs

# isort: split

import asyncio
import signal
from dataclasses import replace

import uvloop

from session_host.auth_sync.cipher import BadKey
from session_host.disk.data_folder import FolderInUse, FolderUnusable
from session_host.disk.room import DiskFull, Unwritable
from session_host.link.beats import Beat, Heart
from session_host.link.lifeline import follow
from session_host.link.place import EMPTY, Place
from session_host.link.waiting import files_of_modules, told_slot
from session_host.ownership.ownership import Ownership
from session_host.running_shard import MakeClients, RunningShard, load_stores, running_shard
from session_host.settings import HostSettings
from session_host.whatsapp.client import ClientFactory
from shared.adapters.opentelemetry.process import traces
from shared.deadline import Deadline
from shared.errors import BusUnavailable, StoreUnavailable
from shared.giving_back import give_back
from shared.leaving import leave
from shared.observing.logs import configure_logging
from shared.outside.addresses import Allowed
from shared.settings import StoreSettings, TraceSettings

_log = structlog.get_logger()

_SENDS_END, _GIVEN_UP = 0.5, 0.8
"""Parts of the time for stopping after which sends under way, and then all sessions, have ended. The rest, and what
they leave of theirs, is for the last events."""
_RETIRED_LOOK_EVERY = 0.1
_STARTED_AFTER = 30.0
"""Seconds after which what only the start needed is given back: sessions that connect need the processors first."""


def main(arguments: list[str], make_clients: MakeClients) -> int:
    """Run a shard until SIGTERM or the end of its supervisor; its exit status."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the lease's switch: no code of ours is needed to die
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the supervisor stops its shards
    settings = HostSettings()
    configure_logging("session-host-shard", level=settings.log_level)
    place = Place.parse(arguments, _wait_for_slot)
    structlog.contextvars.bind_contextvars(shard=place.owner)
    try:
        was_empty = uvloop.run(run(place, settings, StoreSettings(), make_clients))
    except (StoreUnavailable, BusUnavailable, FolderInUse, FolderUnusable, BadKey, DiskFull) as error:
        _log.error("shard_cannot_run", error=str(error))
        return 1
    except Exception:  # noqa: BLE001 - a bug, or a part of it that failed: said, and a fresh process is better
        _log.exception("shard_failed")
        return 1
    return EMPTY if was_empty else 0


async def run(place: Place, settings: HostSettings, stores: StoreSettings, make_clients: MakeClients) -> bool:
    """Hold sessions until asked to stop, or until there have been none for some time; whether it was that.

    Raises:
        StoreUnavailable: the rows cannot be read.
        BusUnavailable: NATS does not answer.
        FolderInUse: an earlier process of this slot has not ended.
        FolderUnusable: the data folder cannot be written.
        BadKey: the key for snapshots is none, or none that every host has.
        DiskFull: it ended, gracefully, because nothing can be written down.
    """
    stopping = asyncio.Event()
    retiring = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, retiring.set)
    if place.heartbeat is not None:
        follow(stopping.set, settings.stop_within)
    async with (
        traces(TraceSettings(), "wagate-session-host", place.owner),
        running_shard(place, settings, stores, make_clients) as running,
    ):
        ownership, parts = running.ownership, running.parts
        if place.heartbeat is not None:
            parts.append(asyncio.create_task(Heart(place.heartbeat, lambda: _beat(running)).run(), name="heart"))
        asyncio.get_running_loop().call_later(_STARTED_AFTER, give_back)
        stopped = asyncio.create_task(stopping.wait())
        retired = asyncio.create_task(_retire(retiring, ownership))
        await asyncio.wait({stopped, retired, *parts}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        retired.cancel()
        ended = [part for part in parts if part.done()]
        was_empty = any(part.get_name() == Ownership.until_empty.__name__ for part in ended)
        running.slot.empty = place.slot > 0 and not ownership.held
        _log.info("shard_stops", held=len(ownership.held), ended=[part.get_name() for part in ended])
        running.deadline = Deadline.after(settings.stop_within)
        given_up = running.deadline.part(_GIVEN_UP)
        hurry = any(isinstance(part.exception(), Unwritable) for part in ended)
        if hurry:
            await ownership.giving_up.hang_up(given_up)
        await ownership.giving_up.stop(Deadline.after(0) if hurry else running.deadline.part(_SENDS_END), given_up)
        for part in ended:  # none ends by itself: the supervisor is gone, or it failed and a fresh process is better
            await part
    return was_empty


def _beat(running: RunningShard) -> Beat:
    return replace(running.ownership.beat, deliveries=running.to_deliver.there_is)


async def _retire(asked: asyncio.Event, ownership: Ownership) -> None:
    """Return when the supervisor wants another process in the place of this one, and others have its sessions."""
    await asked.wait()
    await ownership.retire()
    while not ownership.retired:  # noqa: ASYNC110 - its looks make it so, one a second
        await asyncio.sleep(_RETIRED_LOOK_EVERY)


def _wait_for_slot() -> int:
    """Load what a shard needs, then wait; ends the process when it cannot be one any more."""
    from session_host.whatsapp import clients  # noqa: F401, PLC0415 # pyright: ignore[reportUnusedImport] - in advance

    load_stores()
    loaded = files_of_modules()
    slot = told_slot()
    if slot is None:
        leave(0)
    if files_of_modules() != loaded:
        _log.warning("spare_outdated", slot=slot)
        leave(1)  # another version was installed meanwhile: a fresh process takes the slot
    return slot


def neonize_clients(settings: HostSettings) -> ClientFactory:
    """Clients of the real library."""
    from session_host.whatsapp.clients import NeonizeClients  # noqa: PLC0415 - 73 MB that a test of the rest spares

    return NeonizeClients(
        max_sessions=settings.sessions_per_shard,
        options=settings.client_options,
        allowed=Allowed.named(settings.url_allow),
        upload_bytes=settings.media_upload_bytes,
    )
