"""Threads for calls into the library, which block: some for seconds, some for ever.

`concurrent.futures` does the same for a seventeenth more of a shard's processor time a send, and waits for every
thread when the process ends (docs/adr/0013-threads-for-library-calls.md).
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
R_contra = TypeVar("R_contra", contravariant=True)


class Around(Protocol[R_contra]):
    """What has to be done before a call and after it, without the event loop in between (docs/adr/0033).

    Both return at once and raise nothing; what they are given may be called on any thread.
    """

    def before(self, go: Callable[[Exception | None], bool]) -> None:
        """Do what comes first, then `go`: the call begins now or, with an error, never, and that is what came of it.

        `go` returns whether it begins; it does not when whoever waited for it has given it up.
        """
        ...

    def after(self, result: R_contra, done: Callable[[], object]) -> None:
        """The call returned this: do what comes last, then `done`."""
        ...


class _Stage(Enum):
    BEFORE = auto()
    CALLED = auto()
    AFTER = auto()
    CUT = auto()
    """Nothing more is begun for it."""


class Call(Generic[T]):
    """A call and what came of it. Made by `CallThreads`; watched on its event loop."""

    __slots__ = ("around", "begun", "do", "error", "future", "lock", "news", "result", "stage")

    def __init__(self, do: Callable[[], T], future: asyncio.Future[T], around: Around[T] | None) -> None:
        self.do = do
        self.future = future
        """What came of it, on the event loop."""
        self.around = around
        self.lock = threading.Lock()
        self.stage = _Stage.BEFORE
        self.begun = 0.0
        """When it was handed to a thread, by `time.monotonic`."""
        self.result: Any = None
        self.error: Exception | None = None
        self.news: asyncio.Future[None] | None = None
        """Done when the outcome is there, or the time is over; while somebody waits for one of the two."""

    def moves(self, before: _Stage, to: _Stage) -> bool:
        """Go from one stage to the next, unless it was cut meanwhile."""
        with self.lock:
            if self.stage is not before:
                return False
            self.stage = to
            return True

    def cut(self) -> bool:
        """Begin nothing more for it, nor listen to the library any more; whether it has returned. May be repeated."""
        with self.lock:
            returned, self.stage = self.stage is _Stage.AFTER, _Stage.CUT
        if returned and not self.future.done():
            self.future.set_result(self.result)
        return self.future.done()

    async def over_within(self, seconds: float, silent: Exception) -> bool:
        """Whether it is over after at most so many seconds in the library; what was cut is.

        What has to be done before or after it may take as long. Then the call is over without it: it raises `silent`
        and is never made, or its result stands.
        """
        asked, left = time.monotonic(), seconds
        try:
            while left > 0 and not self.future.done():
                await self._news_within(left)
                if not self.future.done():
                    self._cut_outside(silent)
                left = seconds - (time.monotonic() - max(self.begun, asked))
        except asyncio.CancelledError:
            self.cut()
            raise
        return self.future.done()

    async def _news_within(self, seconds: float) -> None:
        """Return when it has its outcome, or after so many seconds. `asyncio.wait` costs three times as much."""
        loop = self.future.get_loop()
        self.news = loop.create_future()
        timer = loop.call_later(seconds, self.wake)
        try:
            await self.news
        finally:
            timer.cancel()
            self.news = None

    def wake(self) -> None:
        """On the loop: there is news. A callback of the future's would say so one turn of the loop later."""
        if self.news is not None and not self.news.done():
            self.news.set_result(None)

    def deliver(self) -> None:
        """On the loop: it is over."""
        if self.future.done():
            return  # whoever asked gave up
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)
        self.wake()

    def _cut_outside(self, silent: Exception) -> None:
        if self.moves(_Stage.BEFORE, _Stage.CUT):
            self.future.set_exception(silent)
        elif self.moves(_Stage.AFTER, _Stage.CUT):
            self.future.set_result(self.result)


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
        self._calls: queue.SimpleQueue[Call[Any]] = queue.SimpleQueue()
        self._ended: deque[Call[Any]] = deque()
        self._woken = False

    def run(self, do: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:  # noqa: ANN401 - those of `do`
        """Call it on a thread, when one is free; cancelling the future does not end the call."""
        return self.begin((lambda: do(*arguments)) if arguments else do).future

    def begin(self, do: Callable[[], T], around: Around[T] | None = None) -> Call[T]:
        """Call it on a thread, when one is free, with what comes `around` it."""
        call = Call(do, self._loop.create_future(), around)
        self._unanswered += 1
        if self._unanswered > self._started and self._started < self._most:
            self._started += 1
            threading.Thread(target=self._work, daemon=True, name=f"{self._name}-{self._started}").start()
        if around is None:
            self._go(call, None)
        else:
            around.before(lambda error: self._go(call, error))
        return call

    def _go(self, call: Call[Any], error: Exception | None) -> bool:
        """On any thread: what comes before the call is done. Whether it begins."""
        call.error, call.begun = error, time.monotonic()
        begins = error is None and call.moves(_Stage.BEFORE, _Stage.CALLED)
        if begins:
            self._calls.put(call)
        else:
            self._over(call)
        return begins

    def _work(self) -> None:
        while self._do(self._calls.get()):
            pass

    def _do(self, call: Call[Any]) -> bool:
        """False when nobody waits for outcomes any more."""
        try:
            call.result = call.do()
        except Exception as error:  # noqa: BLE001 - it is raised to whoever waits for the future
            call.error = error
            return self._over(call)
        if call.around is None or not call.moves(_Stage.CALLED, _Stage.AFTER):
            return self._over(call)
        call.around.after(call.result, lambda: self._over(call))
        return True

    def _over(self, call: Call[Any]) -> bool:
        """On any thread: it has its outcome. False when nobody waits for outcomes any more."""
        self._ended.append(call)
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
        while self._ended:
            self._unanswered -= 1
            self._ended.popleft().deliver()
