"""uvicorn's server with one look a second at what it has to do, where it takes ten; it keeps no memory that is free."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import FrameType

import uvicorn
from typing_extensions import override

from shared.giving_back import give_back

_EVERY = 1.0
_TICKS = 10
"""Ticks of uvicorn in this time: it writes the `Date` of its answers anew at every tenth."""
_GIVES_BACK = 100
"""Ticks after which memory is given back that the start, or a code to scan, needed for a moment: 0.3 ms at most."""


class Server(uvicorn.Server):
    """Told to end it begins at once, where uvicorn's own notices at its next look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @override
    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += _TICKS
            if ticks % _GIVES_BACK == 0:
                give_back()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _EVERY)

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)
