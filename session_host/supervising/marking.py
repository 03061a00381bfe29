"""Marks a file as long as the host works: `session_host.health` looks at it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from session_host.supervising.supervisor import Supervisor

_MARK_EVERY, _LOOK_EVERY = 5.0, 1.0
"""Seconds. `session_host.health` calls a mark old after 15."""


async def mark_health(supervisor: Supervisor, file: Path) -> None:
    """Mark the file again and again while the host works, until cancelled."""
    while True:
        works = supervisor.all_spoke
        if works:
            with suppress(OSError):  # a disk that takes nothing: the mark grows old
                await asyncio.to_thread(file.touch)
        await asyncio.sleep(_MARK_EVERY if works else _LOOK_EVERY)
