"""`python -m session_host.deliverer`: the process of a session host that delivers events to webhooks.

The supervisor starts it when there is something to deliver. It knows no WhatsApp.
"""

from __future__ import annotations

from shared.many_imports import many_imports

with many_imports():
    from shared import plain_shutil  # noqa: F401 # pyright: ignore[reportUnusedImport] - before who has temporary files
    from shared.observing.plain_structlog import structlog  # before anything that logs

    # isort: split

    import argparse
    import asyncio
    import math
    import os
    import signal
    import sys
    from contextlib import suppress

    import uvloop

    from session_host.link.beats import Beat, Heart
    from session_host.link.lifeline import follow
    from session_host.link.place import EMPTY
    from session_host.running_deliverer import RunningDeliverer, running_deliverer
    from session_host.settings import HostSettings
    from shared.errors import BusUnavailable, StoreUnavailable
    from shared.giving_back import give_back
    from shared.leaving import leave
    from shared.observing.logs import configure_logging
    from shared.settings import StoreSettings

_log = structlog.get_logger()

_IDLE_FOR = 120.0
"""Seconds without anything to deliver after which it ends."""
_STARTED_AFTER = 10.0
"""Seconds after which what only the start needed is given back."""
_NICE = 15
"""Where processors are short sends go first, and what is to be delivered waits in the log."""
_ON_THEIR_WAY = 0.7
"""Part of the time for stopping that requests under way have."""


def main(arguments: list[str]) -> int:
    """Run until SIGTERM, the end of the supervisor, or until there is nothing to deliver; the exit status."""
    parser = argparse.ArgumentParser(prog="session_host.deliverer", description="Started by `python -m session_host`.")
    parser.add_argument("--host", required=True)
    parser.add_argument("--stays", action="store_true", help="whether there is something to deliver or not")
    parser.add_argument("--heartbeat", type=int)
    parser.add_argument("--metrics", type=int)
    given = parser.parse_args(arguments)
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the supervisor stops this process
    settings = HostSettings()
    configure_logging("session-host-deliverer", level=settings.log_level)
    try:
        was_idle = uvloop.run(run(given, settings, StoreSettings()))
    except (StoreUnavailable, BusUnavailable) as error:
        _log.error("deliverer_cannot_run", error=str(error))
        return 1
    except Exception:  # noqa: BLE001 - a bug, or a part of it that failed: said, and a fresh process is better
        _log.exception("deliverer_failed")
        return 1
    return EMPTY if was_idle else 0


async def run(given: argparse.Namespace, settings: HostSettings, stores: StoreSettings) -> bool:
    """Deliver until asked to stop, or until there has been nothing to deliver for some time; whether it was that.

    Raises:
        StoreUnavailable: the rows cannot be read.
        BusUnavailable: NATS does not answer.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    if given.heartbeat is not None:
        follow(stopping.set, settings.stop_within)
    idle_for = math.inf if given.stays else _IDLE_FOR
    async with running_deliverer(given.host, settings, stores, idle_for=idle_for, metrics=given.metrics) as running:
        parts = [*running.parts, asyncio.create_task(stopping.wait())]
        if given.heartbeat is not None:
            parts.append(asyncio.create_task(Heart(given.heartbeat, lambda: _beat(running)).run()))
        loop.call_later(_STARTED_AFTER, give_back)
        ended, others = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        await running.stop(settings.stop_within * _ON_THEIR_WAY)
        for part in others:
            part.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*ended)
        return running.delivering in ended and not stopping.is_set()


def _beat(running: RunningDeliverer) -> Beat:
    return Beat(held=running.webhooks.delivered, room=0)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
