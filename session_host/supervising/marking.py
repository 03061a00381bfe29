"""Marks a file as long as the host works: `session_host.health` looks at it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from session_host.supervising.supervisor import Supervisor

_MARK_EVERY = 1.0


async def mark_health(supervisor: Supervisor, file: Path) -> None:
    """Mark the file again and again while the host works, until cancelled."""
    while True:
        if supervisor.all_spoke:
            with suppress(OSError):  # a disk that takes nothing: the mark grows old
                await asyncio.to_thread(file.touch)
        await asyncio.sleep(_MARK_EVERY)
