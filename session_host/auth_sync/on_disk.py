"""Work on the disk, off the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import TypeVar

from shared.errors import StoreUnavailable

T = TypeVar("T")


async def on_disk(action: Callable[[], T]) -> T:
    """Do it in a thread. Raises StoreUnavailable when the disk or SQLite cannot."""
    try:
        return await asyncio.to_thread(action)
    except (OSError, sqlite3.Error) as error:
        words = error.strerror if isinstance(error, OSError) else None
        raise StoreUnavailable(
            f"The folder of a session cannot be used: {words or type(error).__name__}.", retry_after=5.0, inside=error
        ) from error
