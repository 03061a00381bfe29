"""What happens to keys, on its way into the log of events: the row is written first, and what it says is told after it.

Whoever changes a key keeps what is to be told of it by the same write. So nothing is lost with a process, or while NATS
is away: the next look of any process of the API finds it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager, suppress

import structlog

from shared.contracts.event import Event
from shared.contracts.key_events import KeyChanged, KeyExpires, KeyMade
from shared.contracts.subjects import NO_SESSION
from shared.ending import ended
from shared.errors import StoreUnavailable
from shared.events.model import Publication
from shared.events.ports import EventLog
from shared.ids import now_ms
from shared.tenants.model import ApiKey, KeyNews
from shared.tenants.ports import ApiKeys
from shared.webhooks.limiting import limit_all
from shared.webhooks.ports import Webhooks

_EVERY = 300.0
"""Seconds between two looks without a cause; DynamoDB has to read every key for one."""
_AGAIN = 5.0
"""Seconds after one that could not tell everything."""
_CHANGED = "key_changed"
_DAY_MS = 86_400_000
_WARNED_BEFORE = (7 * _DAY_MS, _DAY_MS)

_log = structlog.get_logger("functions")


def news_of(key_id: str, event: Event) -> KeyNews:
    """An event as it is kept with its key until it is told."""
    return KeyNews(key_id, time.time_ns() // 1000, event.kind, event.model_dump_json().encode())


def made(key: ApiKey) -> KeyMade:
    """What is told of a new key."""
    return KeyMade(
        at=key.created_at,
        name=key.name,
        scopes=key.scopes,
        expires_at=key.expires_at,
        max_sessions=key.max_sessions,
        requests_per_minute=key.per_minute,
        sessions=key.limits.sessions,
        addresses=key.limits.addresses,
        chats=key.limits.chats,
    )


def changed(key: ApiKey) -> KeyChanged:
    """What is told of a key that is like this now."""
    return KeyChanged(
        at=now_ms(),
        max_sessions=key.max_sessions,
        requests_per_minute=key.per_minute,
        sessions=key.limits.sessions,
        addresses=key.limits.addresses,
        chats=key.limits.chats,
        prefix=key.prefix,
        old_secrets_until=tuple(old.until for old in key.old_secrets),
    )


class KeyTelling:
    """Of one process."""

    def __init__(self, keys: ApiKeys, webhooks: Webhooks, log: EventLog, clock: Callable[[], int]) -> None:
        """`clock`: milliseconds since 1970."""
        self._keys = keys
        self._webhooks = webhooks
        self._log = log
        self._clock = clock
        self._there = asyncio.Event()

    def look(self) -> None:
        """There is something to tell."""
        self._there.set()

    @asynccontextmanager
    async def telling(self) -> AsyncGenerator[None]:
        """Tell what happens while the block runs."""
        task = asyncio.create_task(self._run(), name="key news")
        try:
            yield
        finally:
            await ended(task)

    async def tell(self) -> bool:
        """Tell what is not told, and of keys that end soon; whether all of it is. Raises StoreUnavailable."""
        now = self._clock()
        for key in await self._keys.all():
            times = sum(key.expires_at - now <= before for before in _WARNED_BEFORE) if key.expires_at else 0
            if key.active and key.expires_at is not None and key.expires_at > now and key.warned < times:
                await self._keys.warn(key.id, times, news_of(key.id, KeyExpires(at=now, expires_at=key.expires_at)))
        kept = await self._keys.news()
        await self._limit({each.key_id for each in kept if each.kind == _CHANGED})
        news = {_publication(each): each for each in kept}
        outcome = await self._log.publish(list(news))
        for publication, why in outcome.refused:
            _log.error("key_news_refused", key=publication.key_id, error=why)
        done = [*outcome.published, *(publication for publication, _ in outcome.refused)]
        for publication in done:
            await self._keys.told(news[publication])
        return len(done) == len(news)

    async def _limit(self, key_ids: Collection[str]) -> None:
        """Narrow the webhooks of keys that were changed: whoever changed one may have died before."""
        for key_id in key_ids:
            key = await self._keys.get(key_id)
            if key is not None:
                await limit_all(self._webhooks, key)

    async def _run(self) -> None:
        while True:
            self._there.clear()
            try:
                all_told = await self.tell()
            except StoreUnavailable as error:
                _log.warning("key_news_wait", error=error.message)
                all_told = False
            with suppress(TimeoutError):
                async with asyncio.timeout(_EVERY if all_told else _AGAIN):
                    await self._there.wait()


def _publication(news: KeyNews) -> Publication:
    return Publication(news.key_id, news.number, NO_SESSION, news.kind, news.event, news.key_id)
