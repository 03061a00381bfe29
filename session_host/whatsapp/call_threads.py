"""Threads for calls into the library, which block: some for seconds, some for ever.

`concurrent.futures` does the same for a seventeenth more of a shard's processor time a send, and waits for every
thread when the process ends (docs/adr/0013-threads-for-library-calls.md).
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_Outcome = tuple[asyncio.Future[Any], Any, Exception | None]
_Call = tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]


class CallThreads:
    """At most so many threads, each started when there is a call for it. Made and used on one event loop.

    They are daemons: what still hangs in the library does not keep the process from ending.
    """

    def __init__(self, most: int, name: str = "whatsapp-call") -> None:
        self._loop = asyncio.get_running_loop()
        self._most = most
        self._name = name
        self._started = 0
        self._unanswered = 0
        self._calls: queue.SimpleQueue[_Call] = queue.SimpleQueue()
        self._outcomes: deque[_Outcome] = deque()
        self._woken = False

    def run(self, do: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:  # noqa: ANN401 - those of `do`
        """Call it on a thread, when one is free; cancelling the future does not end the call."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._unanswered += 1
        if self._unanswered > self._started and self._started < self._most:
            self._started += 1
            threading.Thread(target=self._work, daemon=True, name=f"{self._name}-{self._started}").start()
        self._calls.put((future, do, arguments))
        return future

    def _work(self) -> None:
        while self._do(*self._calls.get()):
            pass

    def _do(self, future: asyncio.Future[Any], do: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
        """False when nobody waits for outcomes any more."""
        try:
            self._outcomes.append((future, do(*arguments), None))
        except Exception as error:  # noqa: BLE001 - it is raised to whoever waits for the future
            self._outcomes.append((future, None, error))
        if self._woken:  # `_deliver` clears it before it looks: it will find this outcome too
            return True
        self._woken = True
        try:
            self._loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:  # the loop was closed
            return False
        return True

    def _deliver(self) -> None:
        """On the loop: everything that has ended by now, for one wake-up."""
        self._woken = False
        while self._outcomes:
            future, result, error = self._outcomes.popleft()
            self._unanswered -= 1
            if future.done():
                continue  # whoever asked gave up
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
