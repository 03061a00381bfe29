"""The log, followed for one subscription: what is for it is taken up in the order of the log."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import aclosing

import structlog

from session_host.deliveries.course import Course
from session_host.deliveries.lanes import Lanes
from session_host.deliveries.sink import parcel_of
from shared.ahead import ahead
from shared.backoff import Backoff
from shared.errors import BusUnavailable, EventsGone, StoreUnavailable
from shared.events.cursor import parsed
from shared.events.feed import Feed, News
from shared.events.feeds import Feeds
from shared.events.telling import PublicEvent
from shared.webhooks.wanting import wants

_log = structlog.get_logger(__name__)

_QUIET = 30.0
"""Seconds after which a place is moved up to now although there was nothing."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


class Following:
    """That of one subscription."""

    def __init__(self, course: Course, feeds: Feeds, lanes: Lanes | None, known: Collection[str]) -> None:
        """`lanes`: when there is an order; `known`: events behind its place that have a row which waits."""
        self._of = course
        self._feeds = feeds
        self._lanes = lanes
        self._known = set(known)

    async def run(self) -> None:
        """Take up what comes, until cancelled."""
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        of = self._of.subscription
        while True:
            async with self._feeds.feed(of.key_id, of.session_uid) as feed:
                try:
                    await self._follow(feed, backoff)
                except (BusUnavailable, StoreUnavailable) as error:
                    _log.warning("events_not_followed", subscription=of.id, error=error.message)
                    await backoff.wait()
                except EventsGone as gone:
                    oldest = parsed(str(gone.details["next"]), of.key_id)
                    _log.error("events_missed", subscription=of.id, behind=self._of.window.reached.position)
                    await self._of.missed(self._of.window.reached)
                    self._of.window.passed(oldest)

    async def _follow(self, feed: Feed, backoff: Backoff) -> None:
        async with aclosing(ahead(feed.follow(self._of.window.reached, _QUIET))) as coming:
            async for news in coming:
                backoff.succeeded()
                for event in news.events:
                    if wants(self._of.subscription, event) and event.id not in self._known:
                        await self._take(event, news.cursor.log)
                self._passed(news)
                await self._of.ledger.room()

    async def _take(self, event: PublicEvent, log: int) -> None:
        await self._of.window.room()
        if self._lanes is not None:
            await self._lanes.take(event, log)
            return
        self._of.window.begin(event)
        await self._of.turn()
        self._of.begin(self._run(event, log))

    async def _run(self, event: PublicEvent, log: int) -> None:
        await self._of.attempts.make(parcel_of(event, log))
        self._of.window.done(event.position)

    def _passed(self, news: News) -> None:
        self._of.window.passed(news.cursor)
        if self._lanes is not None:
            self._lanes.passed(news.cursor.position)
