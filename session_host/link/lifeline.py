"""What ties a shard to its supervisor: the end of its standard input."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable

_STDIN = 0
_SPARE = 1.0
"""Seconds beyond the graceful stop, for a loop that hangs."""


def follow(stop: Callable[[], None], within: float) -> None:
    """Call `stop` on the running loop when the supervisor is gone; end the process when that takes longer.

    A thread of its own watches: it works while the loop hangs, and nothing outlives the supervisor by more than
    `within` seconds and a little, so that no orphan keeps a connection to WhatsApp.
    """
    loop = asyncio.get_running_loop()

    def watch() -> None:
        while os.read(_STDIN, 1):
            pass  # nobody writes; only the end counts
        try:
            loop.call_soon_threadsafe(stop)
        except RuntimeError:
            return  # the loop has ended: so has the shard
        time.sleep(within + _SPARE)
        sys.stderr.flush()
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
