"""A process with a lease: FOLDER SCALE. Durations are scaled down; lines on stdin make it hang or let go."""

import asyncio
import signal
import sys
import time
from pathlib import Path

from session_host.ownership import lease as lease_keeping
from session_host.ownership.lease import LeaseKeeper
from shared.adapters.stores import open_stores
from shared.settings import StoreSettings

for name in ("RENEW_EVERY", "BEGINS_NOTHING_AFTER", "ENDS_AFTER", "DEAD_AFTER", "_ONE_TRY"):
    setattr(lease_keeping, name, getattr(lease_keeping, name) * float(sys.argv[2]))


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
        await keeper.give_up(held=0)
        renewing.cancel()
        sys.stdout.write("given up\n")
        await asyncio.sleep(lease_keeping.DEAD_AFTER * 2)
        sys.stdout.write("alive\n")


asyncio.run(main())
