"""So many events may be on their way to a caller, or with it, that it has not acknowledged; the next one waits."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from shared.errors import CursorInvalid, EventsNotTaken
from shared.events.cursor import parsed

ACKED_WITHIN: Final = 60.0
"""Seconds in which something has to be acknowledged when no more may be on their way."""


class Window:
    """Of one caller."""

    def __init__(self, key_id: str, begin: str, size: int | None) -> None:
        """`begin` is the cursor from which on it is told; `size` None: it need not acknowledge anything."""
        self.place = begin
        """Up to where all is dealt with, as far as the caller says; without a window, up to where it was sent."""
        self._key_id = key_id
        self._size = size
        self._open: deque[int] = deque()
        self._newest = parsed(begin, key_id).position
        self._room = asyncio.Event()

    async def room(self) -> None:
        """Return when one more may be sent. Raises EventsNotTaken."""
        while self._size is not None and len(self._open) >= self._size:
            self._room.clear()
            try:
                async with asyncio.timeout(ACKED_WITHIN):
                    await self._room.wait()
            except TimeoutError:
                raise EventsNotTaken from None

    def sent(self, position: int, cursor: str, *, event: bool) -> None:
        """An event is sent, or a mere place."""
        self._newest = max(position, self._newest)
        if self._size is None:
            self.place = cursor
        elif event:
            self._open.append(position)

    def acknowledge(self, cursor: str) -> None:
        """Everything up to this cursor is dealt with; less than before says nothing. Raises CursorInvalid."""
        position = parsed(cursor, self._key_id).position
        if position > self._newest:
            raise CursorInvalid("That was not sent yet.")
        if self._size is None:
            return
        if position >= parsed(self.place, self._key_id).position:
            self.place = cursor
        while self._open and self._open[0] <= position:
            self._open.popleft()
            self._room.set()
