"""The event loop of a Lambda function: on a thread of its own, which outlives the calls of the handler.

Between two calls Lambda freezes the whole process, for seconds or for hours; what was connected may be gone afterwards
although nothing here has noticed.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_TICK = 0.25
_FROZEN_AFTER = 1.0
"""Seconds without a tick after which the process is taken to have been frozen."""


class LoopThread:
    """Made once; runs for as long as the process does."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._ticked = time.time()
        self._frozen = False
        threading.Thread(target=self._run, name="loop", daemon=True).start()

    def run(self, work: Coroutine[Any, Any, T], within: float) -> T:
        """Its result; raises TimeoutError after so many seconds and cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(within)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise TimeoutError from None

    def was_frozen(self) -> bool:
        """Whether the process stood still since this was asked last."""
        self._look()
        frozen, self._frozen = self._frozen, False
        return frozen

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._tick)
        with contextlib.suppress(RuntimeError):  # the interpreter ends
            self._loop.run_forever()

    def _tick(self) -> None:
        self._look()
        self._ticked = time.time()
        self._loop.call_later(_TICK, self._tick)

    def _look(self) -> None:
        """By the wall clock: the other one may stand still too. A clock that was set looks like a freeze."""
        if abs(time.time() - self._ticked) > _FROZEN_AFTER:
            self._frozen = True
