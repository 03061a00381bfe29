"""A thread that works through jobs in batches and wakes the event loop once for each batch."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from shared.errors import StoreUnavailable

_log = structlog.get_logger(__name__)

MAX_BATCH = 256
"""Bounds how long the first job of a batch waits for the last."""
ANSWER_WITHIN = 15.0
"""Seconds a caller waits before it is told that the store does not answer (a disk that hangs); up to a second more."""
_LOOK_EVERY = 1.0
_GONE_WITHIN = 10.0

Then = Callable[[Any, Exception | None], None]
"""Is told what came of a job, a result or an error, on the worker's thread. It returns at once."""


@dataclass(slots=True, eq=False)
class Job:
    """Work to do, what came of it, and who is told: a future of the event loop, or a callable of any thread."""

    work: Callable[..., Any]
    future: asyncio.Future[Any] | None = None
    then: Then | None = None
    lasting: bool = True
    """Whether it has to outlive a power cut."""
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
        self._unanswered: deque[tuple[float, asyncio.Future[Any]]] = deque()
        """When each job came, in that order: one timer for all of them costs a tenth of one for each."""
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        # A daemon: a disk that hangs does not keep the process from ending. Owners call `close`.
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def do(self, work: Callable[..., Any], *, lasting: bool = True) -> Any:  # noqa: ANN401 - `Database` gives it its type
        """The result of the work, on disk when it is `lasting`. Raises what the work raised, or StoreUnavailable."""
        if self._closed:
            raise _closed()
        future: asyncio.Future[Any] = self._loop.create_future()
        self._forget_answered()
        self._unanswered.append((self._loop.time(), future))
        if self._timer is None:
            self._timer = self._loop.call_later(_LOOK_EVERY, self._look)
        self._jobs.put(Job(work, future, lasting=lasting))
        return await future

    def begin(self, work: Callable[..., Any], then: Then, *, lasting: bool = True) -> None:
        """Have work done without the event loop; may be called on any thread.

        `then` is told what came of it as soon as that is on disk (or, unless `lasting`, safe from the end of this
        process). Nobody watches how long it takes: that is up to whoever begins it.
        """
        if self._closed:
            then(None, _closed())
        else:
            self._jobs.put(Job(work, then=then, lasting=lasting))

    async def close(self) -> None:
        """Finish what is queued, then end the thread. May be repeated."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            if self._timer is not None:
                self._timer.cancel()
        await asyncio.to_thread(self._thread.join, _GONE_WITHIN)

    def _forget_answered(self) -> None:
        while self._unanswered and self._unanswered[0][1].done():
            self._unanswered.popleft()

    def _look(self) -> None:
        """Give up what has waited too long; look again while something waits."""
        self._forget_answered()
        late = self._loop.time() - ANSWER_WITHIN
        for began, future in self._unanswered:
            if began > late:
                break
            if not future.done():
                words = f"The disk did not answer within {ANSWER_WITHIN:g} s."
                future.set_exception(StoreUnavailable(words, retry_after=5.0))
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
            if not self._tell(batch):
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

    def _tell(self, batch: list[Job]) -> bool:
        """Say what came of each; False when the loop is no more."""
        waited_for = [job for job in batch if job.future is not None]
        for job in batch:
            if job.then is not None:
                _go_on(job, job.then)
        if waited_for:
            try:
                self._loop.call_soon_threadsafe(_deliver, waited_for)
            except RuntimeError:
                return False
        return True


def _closed() -> StoreUnavailable:
    return StoreUnavailable("The store is closed.")


def _go_on(job: Job, then: Then) -> None:
    try:
        then(job.result, job.error)
    except Exception:  # noqa: BLE001 - the thread goes on for all others
        _log.exception("write_not_followed")


def _deliver(batch: list[Job]) -> None:
    for job in batch:
        if job.future is None or job.future.done():
            continue  # its caller gave up
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
