"""The files of messages that arrive at the sessions of a shard: fetched, and removed with their messages."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from session_host.downloads.download import download
from session_host.downloads.fetching import AT_ONCE, Fetching
from session_host.downloads.policy import Policy
from session_host.inbound.applying import Inbound
from session_host.ownership.holding import Holding
from shared.ids import now_ms
from shared.media.keeping import FileKeeping
from shared.messages.ports import Inbox
from shared.proxy import Proxy


@contextmanager
def fetching_files(  # noqa: PLR0913 - where everything comes from, and goes
    inbound: Inbound,
    inbox: Inbox,
    keeping: FileKeeping,
    policy: Policy,
    proxy: Proxy | None,
    *,
    held: Callable[[], Mapping[str, Holding]],
) -> Generator[Fetching]:
    """What fetches them, told by what applies messages; its threads end with the context."""
    pool = ThreadPoolExecutor(AT_ONCE, "downloads")  # none of them is there before the first file

    def owners() -> dict[str, str]:
        return {uid: holding.key_id for uid, holding in held().items()}

    async def drop(uid: str, file_id: str) -> None:
        if (key_id := owners().get(uid)) is not None:
            await keeping.drop(key_id, file_id)

    fetching = Fetching(inbox, keeping, lambda file: download(file, proxy, pool), policy, owners, now_ms)
    inbound.policy, inbound.on_files, inbound.drop = policy, fetching.look, drop
    try:
        yield fetching
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
