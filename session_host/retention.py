"""Removes outbound rows when their time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from shared.errors import StoreUnavailable
from shared.messages.ports import Messages

_log = structlog.get_logger()

KEPT_FOR_MS = 30 * 24 * 3600 * 1000
_EVERY = 3600.0


async def run_retention(messages: Messages, clock: Callable[[], int]) -> None:
    """Purge every hour, until cancelled. Several shards may do it: a row is removed once."""
    while True:
        try:
            removed = await messages.purge(before=clock() - KEPT_FOR_MS)
        except StoreUnavailable as error:
            _log.warning("purge_failed", error=str(error))
        else:
            _log.debug("purged", rows=removed)
        await asyncio.sleep(_EVERY)
