"""Work that is done one piece at a time, in order, by one task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

T = TypeVar("T")

_log = structlog.get_logger()

Work = Callable[[], Awaitable[None]]


class QueueEnded(Exception):  # noqa: N818 - it says what is
    """The queue was told to end: nothing more is done."""


class WorkQueue:
    """A task and what it has to do. Made on the event loop; `end` lets it finish.

    `on_error` is told what work raised that nobody waits for; it must not raise.
    """

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._name = name
        self._queue: asyncio.Queue[Work | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(), name=name)
        self._ended = False

    def put(self, work: Work) -> None:
        """Have something done that nobody waits for; what it raises is told to `on_error`. Nothing once it ends."""

        async def do() -> None:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - it is handed on
                self._on_error(error)

        if not self._ended:
            self._queue.put_nowait(do)

    async def ask(self, work: Callable[[], Awaitable[T]]) -> T:
        """Have something done and wait for what it returns; raises what it raises, and QueueEnded."""
        if self._ended:
            raise QueueEnded
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        async def answer() -> None:
            try:
                result = await work()
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked
                if not done.cancelled():
                    done.set_exception(error)
            else:
                if not done.cancelled():
                    done.set_result(result)

        self._queue.put_nowait(answer)
        return await done

    async def end(self) -> None:
        """Do what is there and end. May be repeated."""
        if not self._ended:
            self._ended = True
            self._queue.put_nowait(None)
        await asyncio.shield(self._task)  # whoever gives up waiting does not end it before its time

    async def _run(self) -> None:
        while (work := await self._queue.get()) is not None:
            try:
                await work()
            except Exception:  # noqa: BLE001 - what `on_error` raises: the next work is done all the same
                _log.exception("work_failed", queue=self._name)
