"""Where a subscription is in the log while several of its events are on their way at once."""

from __future__ import annotations

import asyncio

from shared.events.cursor import Cursor, parsed
from shared.events.telling import PublicEvent

_MOST = 256
"""Events on their way, or waiting for one of their session that is."""


class Window:
    """Positions behind which nothing is missing."""

    def __init__(self, cursor: Cursor, key_id: str) -> None:
        self._reached = cursor
        self._key_id = key_id
        self._open: dict[int, str] = {}
        """Events on their way by position, in the order of the log, each with its cursor."""
        self._less = asyncio.Event()

    @property
    def reached(self) -> Cursor:
        """Up to there everything was begun."""
        return self._reached

    @property
    def cursor(self) -> Cursor:
        """Up to there everything is done: where another would have to go on."""
        first = next(iter(self._open), None)
        if first is None:
            return self._reached
        at = parsed(self._open[first], self._key_id)
        return Cursor(at.log, first - 1, at.at)

    @property
    def oldest(self) -> int | None:
        """When the first event on its way was stored; milliseconds since 1970, to the second. None: there is none."""
        first = next(iter(self._open.values()), None)
        return None if first is None else parsed(first, self._key_id).at

    def begin(self, event: PublicEvent) -> None:
        """An event is on its way; called in the order of the log."""
        self._open[event.position] = event.cursor

    def done(self, position: int) -> None:
        """It is delivered, or its row says what becomes of it."""
        self._open.pop(position, None)
        self._less.set()

    def passed(self, cursor: Cursor) -> None:
        """Everything up to there was begun, or is for somebody else."""
        self._reached = cursor

    async def room(self) -> None:
        """Return when there are not too many on their way."""
        while len(self._open) >= _MOST:
            self._less.clear()
            await self._less.wait()
