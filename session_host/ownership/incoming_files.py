"""The files of messages that arrive at the sessions of a shard: fetched, and removed with their messages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager

from session_host.downloads.errors import Unreachable
from session_host.downloads.fetching import AT_ONCE, Fetching
from session_host.downloads.policy import Policy
from session_host.inbound.applying import Inbound
from session_host.ownership.holding import Holding
from session_host.session.chosen import Chosen
from session_host.whatsapp.client_options import ClientOptions
from session_host.whatsapp.content.files import FileOnWhatsApp
from session_host.whatsapp.ways import guarded
from shared.ids import now_ms
from shared.media.keeping import FileKeeping
from shared.messages.ports import Inbox
from shared.outside.addresses import Allowed
from shared.proxy import Proxy


@contextmanager
def fetching_files(  # noqa: PLR0913, PLR0917 - where everything comes from, and goes
    inbound: Inbound,
    inbox: Inbox,
    keeping: FileKeeping,
    policy: Policy,
    chosen: Chosen,
    allowed: Allowed,
    *,
    held: Callable[[], Mapping[str, Holding]],
) -> Generator[Fetching]:
    """What fetches them, told by what applies messages; its threads end with the context.

    `policy` is the host's; proxies of sessions may be where it is `allowed`.
    """
    pool = ThreadPoolExecutor(AT_ONCE, "downloads")  # none of them is there before the first file

    def owners() -> dict[str, str]:
        return {uid: holding.key_id for uid, holding in held().items()}

    async def drop(uid: str, file_id: str) -> None:
        if (key_id := owners().get(uid)) is not None:
            await keeping.drop(key_id, file_id)

    def policy_of(uid: str) -> Policy:
        return policy.narrowed(chosen.of(uid).media)

    async def bring(uid: str, file: FileOnWhatsApp) -> AsyncGenerator[bytes]:
        from session_host.downloads.download import download  # noqa: PLC0415 - HTTP, for the first file

        proxy = await way_of(chosen.client_options(uid), allowed)
        async with aclosing(download(file, proxy, pool)) as pieces:
            async for piece in pieces:
                yield piece

    fetching = Fetching(inbox, keeping, bring, policy_of, owners, now_ms)
    inbound.policy_of, inbound.on_files, inbound.drop = policy_of, fetching.look, drop
    try:
        yield fetching
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


async def way_of(options: ClientOptions, allowed: Allowed) -> Proxy | None:
    """The proxy through which a session's files come; None: none. Raises Unreachable."""
    if not options.proxy:
        return None
    try:
        proxy = Proxy.parse(options.proxy)
        return await guarded(proxy, allowed) if options.own_proxy else proxy
    except (ValueError, OSError) as error:
        raise Unreachable(f"the session's proxy: {error}") from error
