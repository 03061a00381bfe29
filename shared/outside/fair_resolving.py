"""Names that strangers gave, resolved so that nobody's can keep those of others waiting.

The system answers on a thread, and for a name whose server is silent that takes half a minute, whoever waits for it.
So everybody has a few threads at a time and no more, until their names are answered.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final

from cachetools import TTLCache

_AT_ONCE: Final = 64
"""Threads: none of them is there before it is needed."""
_EACH: Final = 4
_WITHIN: Final = 5.0
_KEPT_FOR: Final = 10.0
_KEPT: Final = 10_000

_whose: ContextVar[str] = ContextVar("whose", default="")

Ask = Callable[[str, int], list[str]]


@contextmanager
def names_of(whose: str) -> Generator[None]:
    """Whatever is resolved in here, also by tasks that are begun here, is resolved for them."""
    token = _whose.set(whose)
    try:
        yield
    finally:
        _whose.reset(token)


def ask_system(host: str, port: int) -> list[str]:
    """What the system says; takes as long as it takes. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class FairResolving:
    """`shared.outside.resolving.Resolve`. Used on one event loop."""

    def __init__(self, ask: Ask = ask_system, *, at_once: int = _AT_ONCE, each: int = _EACH) -> None:
        """`ask` is called on threads, `at_once` at most; `each`: of these, by the names of one."""
        self._ask = ask
        self._each = each
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="names")
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._known: TTLCache[tuple[str, int], list[str]] = TTLCache(_KEPT, _KEPT_FOR, time.monotonic)

    async def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of a name, as text; known for 10 s. Raises OSError, TimeoutError after 5 s among them."""
        if (known := self._known.get((host, port))) is not None:
            return known
        async with asyncio.timeout(_WITHIN):
            found = await self._asked(host, port)
        self._known[host, port] = found
        return found

    async def _asked(self, host: str, port: int) -> list[str]:
        loop, turns = asyncio.get_running_loop(), self._turns.setdefault(_whose.get(), asyncio.Semaphore(self._each))
        await turns.acquire()
        asked = self._threads.submit(self._ask, host, port)

        def over(_: object) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(turns.release)

        asked.add_done_callback(over)  # and no earlier, although nobody waits for it any more
        return await asyncio.wrap_future(asked)

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
