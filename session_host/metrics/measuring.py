"""The metrics of a host while its supervisor runs: for Prometheus, for CloudWatch, or for both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import Any, Protocol

from session_host.disk.data_folder import DataFolder
from session_host.disk.room import free_bytes
from session_host.link.beats import Beat
from session_host.metrics import cloudwatch as for_cloudwatch
from session_host.metrics.endpoint import AddressUnusable, served
from session_host.metrics.host_page import host_page
from session_host.metrics.shard_page import ShardPage

__all__ = ["AddressUnusable", "Shards", "measuring"]


class Shards(Protocol):
    """Who is asked."""

    @property
    def beats(self) -> Sequence[Beat]:
        """What each shard said last."""
        ...

    async def deliveries_page(self) -> ShardPage | None:
        """What the process that delivers events measures; None while there is none."""
        ...

    @property
    def pages(self) -> Callable[[], Coroutine[Any, Any, Mapping[int, ShardPage]]]:
        """Asks what each measures, by slot."""
        ...


@asynccontextmanager
async def measuring(
    listen: str | None, shards: Shards, folder: DataFolder, *, cloudwatch: bool
) -> AsyncGenerator[None]:
    """Tell the metrics at this address, and in the log when `cloudwatch`.

    Raises:
        AddressUnusable: nothing can listen there.
    """
    publishing = asyncio.create_task(for_cloudwatch.publish(lambda: shards.beats, shards.pages)) if cloudwatch else None
    try:
        with ExitStack() as stack:
            if listen is not None:
                stack.enter_context(served(listen, lambda: _page(shards, folder)))
            yield
    finally:
        if publishing is not None:
            publishing.cancel()


async def _page(shards: Shards, folder: DataFolder) -> bytes:
    try:
        free = free_bytes(folder.journals)
    except OSError:
        free = None
    pages, deliveries = await asyncio.gather(shards.pages(), shards.deliveries_page())
    return host_page(pages, free, deliveries)
