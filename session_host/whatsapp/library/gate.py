"""Keeps calls out of the Go library while a client is added to it or removed from it.

The library keeps its clients in Go maps without a lock, and Go ends the process when one is read while it is written
(`docs/neonize.md`, Threads). The maps are written only at the beginning of `Neonize` and at the end of `Stop`; every
other call reads one once, at its entry, and never again, however long it takes. So a call needs keeping out only
until it is past its entry: a send that waits 75 s for WhatsApp holds nobody up.

Nothing says that a call is past its entry but time: one that began `ENTRY` ago is taken to be. For a crash a call
would have to be delayed that long between two instructions *and* then hit a write of some 100 ns.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from session_host.whatsapp.library.turns import Turns

ENTRY = 0.01
"""Seconds after which a call is past its entry."""

_PASSING = 0.001


class Gate:
    """Calls share it, adding and removing a client has it alone. One per process and event loop."""

    def __init__(self) -> None:
        self._turns = Turns()
        self._closed = False
        self._turn = 0
        self._waiting = 0
        self._last_entry = 0.0
        self._opened = threading.Condition()

    def enter(self) -> None:
        """Called on the thread that makes a call, right before it; waits while a client is added or removed.

        Measured: 0.2 µs when nobody has it alone.
        """
        self._last_entry = time.monotonic()  # before looking: whoever closes the gate after the look sees it
        if self._closed:
            self._wait()

    @asynccontextmanager
    async def alone(self, tenant: str = "") -> AsyncGenerator[None]:
        """Have the library alone, tenants in turns. Every call that waited gets in before the next one has it."""
        async with self._turns.turn(tenant):
            while self._waiting:  # noqa: ASYNC110 - it is counted on other threads
                await asyncio.sleep(_PASSING)
            self._closed = True
            try:
                while (rest := self._last_entry + ENTRY - time.monotonic()) > 0:  # noqa: ASYNC110 - it is written on other threads
                    await asyncio.sleep(rest)
                yield
            finally:
                with self._opened:
                    self._closed = False
                    self._turn += 1
                    self._opened.notify_all()

    def _wait(self) -> None:
        with self._opened:
            if not self._closed:
                return
            turn = self._turn
            self._waiting += 1
            self._opened.wait_for(lambda: self._turn != turn)
            self._last_entry = time.monotonic()
            self._waiting -= 1
