"""A process with a lease: FOLDER DURATIONS, other ones, as JSON. A line on stdin makes it hang or let go."""

import asyncio
import ctypes
import json
import signal
import sys
import time
from pathlib import Path

from session_host.ownership import lease as lease_keeping
from session_host.ownership.lease import LeaseKeeper
from shared.adapters.stores import open_stores
from shared.settings import StoreSettings

for name, seconds in json.loads(sys.argv[2]).items():
    assert hasattr(lease_keeping, name)
    setattr(lease_keeping, name, seconds)


def left(keeper: LeaseKeeper) -> float:
    """Seconds until the kernel ends this process; 0.0: never."""
    switch = keeper.switch
    if switch._library is None or switch._timer is None:
        return signal.getitimer(signal.ITIMER_REAL)[0]
    until = (ctypes.c_long * 4)()
    assert switch._library.timer_gettime(switch._timer, until) == 0
    return until[2] + until[3] / 1e9


async def main() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    async with open_stores(StoreSettings(data_dir=Path(sys.argv[1]))) as stores:
        keeper = LeaseKeeper(stores.leases, "host-0", "host", lambda: (3, 7))
        await keeper.begin()
        renewing = asyncio.create_task(keeper.run())
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        order = await asyncio.to_thread(sys.stdin.readline)
        if order == "hang\n":
            time.sleep(60)  # noqa: ASYNC251 - that is the fault
        sys.stdout.write("armed\n" if left(keeper) else "not armed\n")
        await keeper.give_up(held=0)
        renewing.cancel()
        sys.stdout.write("given up, and armed\n" if left(keeper) else "given up\n")


asyncio.run(main())
