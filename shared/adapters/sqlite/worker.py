"""A thread that works through jobs in batches and wakes the event loop once for each batch."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.errors import StoreUnavailable

MAX_BATCH = 256
"""Bounds how long the first job of a batch waits for the last."""
ANSWER_WITHIN = 15.0
"""Seconds a caller waits before it is told that the store does not answer (a disk that hangs); up to a second more."""
_LOOK_EVERY = 1.0
_GONE_WITHIN = 10.0


@dataclass(slots=True, eq=False)
class Job:
    """Work to do, and what came of it."""

    work: Callable[..., Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


RunBatch = Callable[[list[Job]], None]
"""Sets `result` or `error` of every job; runs on the worker's thread."""


class Worker:
    """One thread; the jobs of one event loop, in the order they came."""

    def __init__(self, name: str, run_batch: RunBatch) -> None:
        self._loop = asyncio.get_running_loop()
        self._run_batch = run_batch
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._unanswered: deque[tuple[float, Job]] = deque()
        """When each job came, in that order: one timer for all of them costs a tenth of one for each."""
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        # A daemon: a disk that hangs does not keep the process from ending. Owners call `close`.
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def do(self, work: Callable[..., Any]) -> Any:  # noqa: ANN401 - `Database` gives it its type
        """The result of the work. Raises what the work raised, or StoreUnavailable."""
        if self._closed:
            raise StoreUnavailable("The store is closed.")
        job = Job(work, self._loop.create_future())
        self._forget_answered()
        self._unanswered.append((self._loop.time(), job))
        if self._timer is None:
            self._timer = self._loop.call_later(_LOOK_EVERY, self._look)
        self._jobs.put(job)
        return await job.future

    async def close(self) -> None:
        """Finish what is queued, then end the thread. May be repeated."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            if self._timer is not None:
                self._timer.cancel()
        await asyncio.to_thread(self._thread.join, _GONE_WITHIN)

    def _forget_answered(self) -> None:
        while self._unanswered and self._unanswered[0][1].future.done():
            self._unanswered.popleft()

    def _look(self) -> None:
        """Give up what has waited too long; look again while something waits."""
        self._forget_answered()
        late = self._loop.time() - ANSWER_WITHIN
        for began, job in self._unanswered:
            if began > late:
                break
            if not job.future.done():
                words = f"The disk did not answer within {ANSWER_WITHIN:g} s."
                job.future.set_exception(StoreUnavailable(words, retry_after=5.0))
        self._timer = self._loop.call_later(_LOOK_EVERY, self._look) if self._unanswered else None

    def _work(self) -> None:
        open_ = True
        while open_:
            batch, open_ = self._next_batch()
            if not batch:
                continue
            try:
                self._run_batch(batch)
            except Exception as error:  # noqa: BLE001 - it is raised to every caller of the batch
                for job in batch:
                    job.result, job.error = None, error
            try:
                self._loop.call_soon_threadsafe(_deliver, batch)
            except RuntimeError:
                return  # the loop was closed without `close`: nobody waits any more

    def _next_batch(self) -> tuple[list[Job], bool]:
        """What is queued (waiting for the first), and whether more may come."""
        batch: list[Job] = []
        try:
            while len(batch) < MAX_BATCH:
                job = self._jobs.get_nowait() if batch else self._jobs.get()
                if job is None:
                    return batch, False
                batch.append(job)
        except queue.Empty:
            pass  # that was all
        return batch, True


def _deliver(batch: list[Job]) -> None:
    for job in batch:
        if job.future.done():
            continue  # its caller gave up
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
