"""The program of a host's supervisor, once it is known what is set.

It lives as long as the host and does little, so it loads little: what is only for some settings is loaded for those.
"""

from __future__ import annotations

from shared.without_openssl import asyncio

# isort: split

from shared import plain_shutil  # noqa: F401 # pyright: ignore[reportUnusedImport] - before who has temporary files
from shared.observing import plain_structlog  # noqa: F401 # pyright: ignore[reportUnusedImport] - before who logs

# isort: split

import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from session_host.disk.data_folder import DataFolder, FolderInUse, FolderUnusable, locked
from session_host.supervising.marking import mark_health
from session_host.supervising.plan import Plan
from session_host.supervising.supervisor import Patience, Supervisor
from shared.leaving import leave
from shared.observing.logs import configure_logging


def supervise(plan: Plan) -> None:
    """Run until SIGTERM or Ctrl-C; exits with 1 and a sentence when something is in use by another."""
    configure_logging("session-host", level=plan.log_level)
    folder = DataFolder(plan.path)
    try:
        folder.prepare()
        with locked(folder.supervisor_lock, "A session host"):
            asyncio.run(_supervise(plan, folder))
    except (FolderInUse, FolderUnusable) as error:
        sys.exit(str(error))
    leave(0)


async def _supervise(plan: Plan, folder: DataFolder) -> None:
    host = folder.host_id()
    launcher = [plan.shard_launcher] if plan.shard_launcher else []

    def command(slot: int | None) -> list[str]:
        shard = ["session_host.shard", "--host", host, *(["--spare"] if slot is None else ["--slot", str(slot)])]
        return [sys.executable, "-m", *launcher, *shard]

    deliverer = [sys.executable, "-m", "session_host.deliverer", "--host", host]
    supervisor = Supervisor(
        command,
        Patience(startup=plan.startup_timeout, heartbeat=plan.heartbeat_timeout, stop=plan.stop_within),
        slots=folder.slots() if plan.holds_sessions else (),
        most=plan.shards_per_host,
        metrics=plan.metrics_listen is not None or plan.cloudwatch_metrics,
        spare=plan.spare_shard and plan.holds_sessions,
        deliverer=[*deliverer, *([] if plan.holds_sessions else ["--stays"])] if plan.delivers else None,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    marking = asyncio.create_task(mark_health(supervisor, folder.health))
    try:
        async with _measured(plan, supervisor, folder):
            await supervisor.run()
    finally:
        marking.cancel()


@asynccontextmanager
async def _measured(plan: Plan, supervisor: Supervisor, folder: DataFolder) -> AsyncGenerator[None]:
    """What metrics are wanted, told as long as this lasts."""
    if plan.metrics_listen is None and not plan.cloudwatch_metrics:
        yield
        return
    from session_host.metrics.measuring import AddressUnusable, measuring  # noqa: PLC0415 - only where it is wanted

    try:
        async with measuring(plan.metrics_listen, supervisor, folder, cloudwatch=plan.cloudwatch_metrics):
            yield
    except AddressUnusable as error:
        sys.exit(str(error))
