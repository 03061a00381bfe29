"""Work that is done one piece at a time, in order, by one task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Work = Callable[[], Awaitable[None]]


class WorkQueue:
    """A task and what it has to do. Made on the event loop; `end` lets it finish.

    `on_error` is told what work raised that nobody waits for; it must not raise.
    """

    def __init__(self, name: str, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._queue: asyncio.Queue[Work | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(), name=name)

    def put(self, work: Work) -> None:
        """Have something done that nobody waits for; what it raises is told to `on_error`."""

        async def do() -> None:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - it is handed on
                self._on_error(error)

        self._queue.put_nowait(do)

    async def ask(self, work: Work) -> None:
        """Have something done and wait for it; raises what it raises."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def answer() -> None:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked
                if not done.cancelled():
                    done.set_exception(error)
            else:
                if not done.cancelled():
                    done.set_result(None)

        self._queue.put_nowait(answer)
        await done

    async def end(self) -> None:
        """Do what is there and end. May be repeated."""
        if not self._task.done():
            self._queue.put_nowait(None)
        await self._task

    @property
    def ended(self) -> bool:
        """Whether nothing is done any more."""
        return self._task.done()

    async def _run(self) -> None:
        while (work := await self._queue.get()) is not None:
            await work()
