"""The pictures that the numbers of a shard's sessions show of themselves, for people who look at a list of them."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from session_host.ownership.incoming_files import way_of
from session_host.ownership.surroundings import FetchPicture
from session_host.session.chosen import Chosen
from shared.outside.addresses import Allowed

_AT_ONCE = 2
"""What hangs holds no more threads than these, which nothing else waits for."""


@contextmanager
def fetching_pictures(chosen: Chosen, allowed: Allowed) -> Generator[FetchPicture]:
    """What fetches one, as its session reaches WhatsApp; its threads end with the context."""
    pool = ThreadPoolExecutor(_AT_ONCE, "pictures")  # none of them is there before the first picture

    async def fetch(uid: str, url: str) -> bytes:
        from session_host.downloads.picture import picture_at  # noqa: PLC0415 - HTTP, for the first picture

        proxy = await way_of(chosen.client_options(uid), allowed)
        return await asyncio.get_running_loop().run_in_executor(pool, picture_at, url, proxy)

    try:
        yield fetch
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
