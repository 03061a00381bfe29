"""`python -m session_host`: the composition root of a host's supervisor."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import ExitStack

from pydantic import ValidationError

from session_host.disk.data_folder import DataFolder, FolderInUse, FolderUnusable, locked
from session_host.disk.room import free_bytes
from session_host.health import mark_health
from session_host.metrics import cloudwatch
from session_host.metrics.endpoint import AddressUnusable, served
from session_host.metrics.host_page import host_page
from session_host.settings import HostSettings
from session_host.supervising.supervisor import Patience, Supervisor
from shared.leaving import leave
from shared.observing.logs import configure_logging
from shared.settings import StoreSettings, in_words


def main() -> None:
    """Run until SIGTERM or Ctrl-C; exits with 1 and a sentence when something is set wrongly or in use by another."""
    try:
        settings, stores = HostSettings(), StoreSettings()
    except ValidationError as error:
        sys.exit(in_words(error))
    configure_logging("session-host", level=settings.log_level)
    folder = DataFolder(settings.host_dir or stores.data_dir)
    try:
        folder.prepare()
        with locked(folder.supervisor_lock, "A session host"):
            asyncio.run(_supervise(settings, folder))
    except (FolderInUse, FolderUnusable, AddressUnusable) as error:
        sys.exit(str(error))
    leave(0)


async def _supervise(settings: HostSettings, folder: DataFolder) -> None:
    host = folder.host_id()
    launcher = [settings.shard_launcher] if settings.shard_launcher else []

    def command(slot: int) -> list[str]:
        shard = ["session_host.shard", "--host", host, "--slot", str(slot)]
        return [sys.executable, "-m", *launcher, *shard]

    supervisor = Supervisor(
        command,
        Patience(startup=settings.startup_timeout, heartbeat=settings.heartbeat_timeout, stop=settings.stop_within),
        slots=folder.slots(),
        most=settings.shards_per_host,
        metrics=settings.metrics_listen is not None or settings.cloudwatch_metrics,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    beside = [asyncio.create_task(mark_health(supervisor, folder.health))]
    if settings.cloudwatch_metrics:
        beside.append(asyncio.create_task(cloudwatch.publish(lambda: supervisor.beats, supervisor.pages)))
    with ExitStack() as stack:
        if settings.metrics_listen is not None:
            stack.enter_context(served(settings.metrics_listen, lambda: _page(supervisor, folder)))
        try:
            await supervisor.run()
        finally:
            for task in beside:
                task.cancel()


async def _page(supervisor: Supervisor, folder: DataFolder) -> bytes:
    try:
        free = free_bytes(folder.journals)
    except OSError:
        free = None
    return host_page(await supervisor.pages(), free)


if __name__ == "__main__":
    main()
