"""One forwarder at work: what the log has behind its place goes to its target, and then the place moves.

Nothing is ever given up: while the target takes nothing, the place waits in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from shared.backoff import Backoff
from shared.errors import BusUnavailable, EventsGone, StoreUnavailable
from shared.events.cursor import Cursor, oldest, parsed
from shared.events.ports import Bell
from shared.events.reading import PublicPage, Reading
from shared.events.telling import PublicEvent
from shared.forwarders.model import Forwarder, Progress
from shared.forwarders.ports import Forwarders, NotTaken, Sink, Sinks

_log = structlog.get_logger(__name__)

_PAGE = 500
"""Events that are repeated at most after a crash."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_LISTENS = 60.0
_IDLE_NOTED_EVERY = 600_000
"""Milliseconds after which the place is stored although nothing was forwarded: it passed what is for others."""


class Lost(Exception):  # noqa: N818 - it says what is
    """Somebody else forwards it by now, or it is gone."""


class Course:
    """Of one forwarder, in one process."""

    def __init__(
        self, forwarder: Forwarder, forwarders: Forwarders, reading: Reading, sinks: Sinks, clock: Callable[[], int]
    ) -> None:
        """`clock`: milliseconds since 1970."""
        self._forwarder = forwarder
        self._forwarders = forwarders
        self._reading = reading
        self._sinks = sinks
        self._clock = clock
        self._done: set[str] = set()
        self._noted_at = clock()

    async def run(self) -> None:
        """Forward until cancelled, or until somebody else has it."""
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        progress: Progress | None = None
        while True:
            try:
                progress = progress or await self._forwarders.take(self._forwarder.id)
                if progress is None:
                    return
                async with (
                    self._sinks.open(self._forwarder) as sink,
                    self._reading.log.listening(self._forwarder.key_id, self._forwarder.session_uid) as bell,
                ):
                    while True:
                        progress = await self._step(progress, sink, bell)
                        backoff.succeeded()
            except Lost:
                return
            except (StoreUnavailable, BusUnavailable) as error:
                _log.warning("forwarder_waits", forwarder=self._forwarder.id, error=error.message)
            except NotTaken as error:
                progress = await self._failed(progress, str(error))
                if progress is None:
                    return
            except Exception:  # noqa: BLE001 - one forwarder ends no other; it goes on where its place is
                _log.exception("forwarder_failed", forwarder=self._forwarder.id)
            await backoff.wait()

    async def _step(self, progress: Progress, sink: Sink, bell: Bell) -> Progress:
        try:
            page = await self._page(progress.cursor)
        except EventsGone:
            return await self._passed_over(progress)
        events = [event for event in page.events if self._forwarder.wants(event)]
        if not events:
            progress = await self._passed(progress, page.next)
            if not page.more:
                await bell.wait(_LISTENS)
            bell.seen(page.read)
            return progress
        if (waits := self._lingers(events, sink, page)) > 0:
            await asyncio.sleep(waits)
            return progress
        upto = await sink.take(events, self._done)
        bell.seen(page.read)
        return await self._taken(progress, page, events, upto)

    async def _page(self, after: Cursor) -> PublicPage:
        return await self._reading.page(self._forwarder.key_id, self._forwarder.session_uid, after, _PAGE)

    def _lingers(self, events: list[PublicEvent], sink: Sink, page: PublicPage) -> float:
        """Seconds for which the first event may wait for others still."""
        if page.more:
            return 0.0
        first = parsed(events[0].cursor, self._forwarder.key_id).at
        return min(sink.linger, (first - self._clock()) / 1000 + sink.linger)

    async def _taken(self, progress: Progress, page: PublicPage, events: list[PublicEvent], upto: int) -> Progress:
        """Store that everything up to that position is there."""
        self._done.clear()
        cursor = page.next
        if upto < events[-1].position:  # a part of them
            at = next(event for event in reversed(events) if event.position <= upto)
            cursor = parsed(at.cursor, self._forwarder.key_id)
        elif upto > page.next.position:  # somebody wrote more before than is read here
            cursor = Cursor(page.next.log, upto, page.next.at)
        count = sum(event.position <= upto for event in events)
        return await self._note(
            replace(
                progress,
                cursor=cursor,
                forwarded=progress.forwarded + count,
                succeeded_at=self._clock(),
                failing_since=None,
                trouble="",
            )
        )

    async def _passed(self, progress: Progress, cursor: Cursor) -> Progress:
        passed = replace(progress, cursor=cursor)
        return await self._note(passed) if self._clock() - self._noted_at > _IDLE_NOTED_EVERY else passed

    async def _passed_over(self, progress: Progress) -> Progress:
        """The log dropped what it was to forward: it goes on with the oldest that there is."""
        now = self._clock()
        _log.error("forwarder_lost_events", forwarder=self._forwarder.id)
        return await self._note(replace(progress, cursor=oldest(await self._reading.log.state(), now), lost_at=now))

    async def _failed(self, progress: Progress | None, words: str) -> Progress | None:
        """Store why nothing is taken; None: somebody else has it."""
        _log.warning("forwarder_fails", forwarder=self._forwarder.id, error=words)
        if progress is None:
            return None
        failing = replace(progress, failing_since=progress.failing_since or self._clock(), trouble=words)
        try:
            return await self._note(failing)
        except Lost:
            return None
        except StoreUnavailable:
            return failing

    async def _note(self, progress: Progress) -> Progress:
        if not await self._forwarders.note(self._forwarder.id, progress):
            raise Lost
        self._noted_at = self._clock()
        return progress
