"""What is new of one key: read from the log once, kept for a moment, and taken by each who follows at its own pace.

Nothing waits for a follower and nothing is kept for one: whoever is further behind than what is kept here reads the log
itself, page by page, until it has caught up. So a thousand followers cost as much memory as one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import structlog

from shared.backoff import Backoff
from shared.errors import BusUnavailable, EventsGone, StoreUnavailable
from shared.events.cursor import Cursor
from shared.events.model import LogState
from shared.events.ports import Bell
from shared.events.reading import LATEST, PublicPage, Reading
from shared.events.telling import PublicEvent

_log = structlog.get_logger(__name__)

_AT_ONCE = 200
_KEPT_BYTES = 1024**2
_FIRST_RETRY, _LAST_RETRY = 0.1, 5.0
_FOREVER = 3600.0
_APART, _FAR_APART = 0.005, 0.025
"""Seconds between a look that found something and the next, while there are few events and while there are many: a look
costs as much as telling of several, a bell that rings for each of them as much as telling of it."""
_MANY, _FEW = 4, 5
"""Events that one look finds, after the shorter time or more; after the longer time or less."""
_IN_A_ROW = 3
"""Looks that find many: fewer are a hiccup."""
_KNOWN_FOR = 4.0
"""Seconds for which the log is taken for what it was: less than a bell is silent."""


@dataclass(frozen=True, slots=True)
class News:
    """What a follower is given: events, and where it is afterwards. Without events: it is up to date."""

    events: list[PublicEvent]
    cursor: Cursor


class Feed:
    """The newest events of one key, or of one session of it."""

    def __init__(self, reading: Reading, key_id: str, uid: str | None) -> None:
        self._reading = reading
        self._key_id = key_id
        self._uid = uid
        self._kept: deque[PublicEvent] = deque()
        self._size = 0
        self._from: int | None = None
        """Everything behind this position is kept here; None before the first look."""
        self._to = Cursor(0, 0, 0)
        self._changed = asyncio.Event()
        self._gone: EventsGone | None = None
        self._log: LogState | None = None
        """As it was a moment ago."""
        self._known_until = 0.0

    async def run(self) -> None:
        """Read what comes, until cancelled, or until the log was made anew."""
        backoff = Backoff(_FIRST_RETRY, _LAST_RETRY)
        while self._gone is None:
            try:
                await self._read(backoff)
            except (BusUnavailable, StoreUnavailable) as error:
                _log.warning("events_not_read", error=str(error))
                await backoff.wait()
            except EventsGone as gone:
                self._gone = gone
                self._tell()

    async def follow(self, cursor: Cursor, every: float) -> AsyncGenerator[News]:
        """Everything behind a cursor, without end; News without events after so many seconds without any.

        Raises:
            EventsGone: the log no longer has what follows.
            BusUnavailable: the log does not answer to one who has to catch up.
            StoreUnavailable: likewise.
        """
        while True:
            if self._gone is not None:
                raise self._gone
            changed = self._changed
            if self._from is not None and cursor.position < self._from:
                page = await self._reading.page(self._key_id, self._uid, cursor, _AT_ONCE)
                news = News(page.events, page.next)
            else:
                news = self._news(cursor)
            if news.cursor.position > cursor.position or news.events:
                cursor = news.cursor
                if news.events:
                    yield news
                continue
            try:
                async with asyncio.timeout(every):
                    await changed.wait()
            except TimeoutError:
                if self._to.position == cursor.position:
                    cursor = self._to  # nothing was missed since: it stays good for as long as one of now
                yield News([], cursor)

    def _news(self, cursor: Cursor) -> News:
        if self._from is None or cursor.position >= self._to.position:
            return News([], cursor)
        found: list[PublicEvent] = []
        for event in reversed(self._kept):
            if event.position <= cursor.position:
                break
            found.append(event)
        return News(found[::-1], self._to)

    async def _read(self, backoff: Backoff) -> None:
        while True:
            async with self._reading.log.listening(self._key_id, self._uid) as bell:
                if self._from is None:
                    self._to = await self._reading.begin(self._key_id, LATEST)
                    self._from = self._to.position
                    self._tell()
                await self._read_few(bell, backoff)
            await self._read_many(backoff)

    async def _read_few(self, bell: Bell, backoff: Backoff) -> None:
        """Look when the bell rings; returns when that is too often."""
        clock, in_a_row = asyncio.get_running_loop().time, 0
        while True:
            page = await self._look(backoff)
            bell.seen(page.read)
            if page.more:
                continue
            in_a_row = in_a_row + 1 if page.read >= _MANY else 0
            if in_a_row == _IN_A_ROW:
                return
            next_look = clock() + _APART if page.read else 0.0
            await bell.wait(_FOREVER)
            if (early := next_look - clock()) > 0:
                await asyncio.sleep(early)

    async def _read_many(self, backoff: Backoff) -> None:
        """Look now and then without a bell; returns when there are few."""
        while True:
            await asyncio.sleep(_FAR_APART)
            page = await self._look(backoff)
            while page.more:
                page = await self._look(backoff)
            if page.read <= _FEW:
                return

    async def _look(self, backoff: Backoff) -> PublicPage:
        """What is new, kept. What the log is, which is half the work of a look, is asked now and then."""
        now = asyncio.get_running_loop().time()
        if self._log is None or not self._log.made_at or now >= self._known_until:
            self._log, self._known_until = None, now + _KNOWN_FOR
        page = await self._reading.page(self._key_id, self._uid, self._to, _AT_ONCE, log=self._log)
        self._log = page.log
        backoff.succeeded()
        self._keep(page.events, page.next)
        return page

    def _keep(self, events: list[PublicEvent], to: Cursor) -> None:
        for event in events:
            self._kept.append(event)
            self._size += len(event.body)
        while self._size > _KEPT_BYTES:
            dropped = self._kept.popleft()
            self._size -= len(dropped.body)
            self._from = dropped.position
        moved, self._to = to.position > self._to.position, to
        if moved:
            self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
