"""A poll: what of the log is asked for, now or as soon as it comes, and where to go on."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from functions.events.asked import Asked
from shared.events.cursor import Cursor, written
from shared.events.reading import Reading
from shared.events.telling import PublicEvent

_LOOKED_AT = 2_000
"""Events of other types that one answer passes over before it says where to go on."""
_AT_ONCE = 500
_LARGEST_ANSWER = 1024**2
"""Bytes after which an answer takes no further event."""


@dataclass(slots=True)
class Polled:
    """What was found."""

    events: list[PublicEvent]
    cursor: Cursor
    more: bool
    """Whether it is worth asking again at once."""
    read: int = 0
    """How many events of the log were looked at."""
    next: str = ""
    """Where to go on, for the tenant."""


async def poll(reading: Reading, asked: Asked, limit: int, wait: float) -> Polled:
    """At most `limit` events; when there are none yet, those that come first within `wait` seconds.

    Raises:
        WagateError: as `Reading.begin` and `Reading.page`.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + wait
    cursor = await reading.begin(asked.key_id, asked.after)
    async with AsyncExitStack() as stack:
        bell = await stack.enter_async_context(reading.log.listening(asked.key_id, asked.uid)) if wait > 0 else None
        while True:
            found = await _look(reading, asked, cursor, limit)
            if found.events or found.more or bell is None or clock() >= until:
                return found
            bell.seen(found.read)
            cursor = found.cursor
            await bell.wait(until - clock())


async def _look(reading: Reading, asked: Asked, cursor: Cursor, limit: int) -> Polled:
    found = Polled([], cursor, more=True)
    size = 0
    while found.more and found.read < _LOOKED_AT:
        wanted = _AT_ONCE if asked.types else limit - len(found.events)
        page = await reading.page(asked.key_id, asked.uid, found.cursor, wanted)
        found.cursor, found.more = page.next, page.more
        found.read += page.read
        for event in filter(asked.wants, page.events):
            if len(found.events) == limit or size > _LARGEST_ANSWER:
                found.more, found.next = True, found.events[-1].cursor
                return found
            found.events.append(event)
            size += len(event.body)
        if len(found.events) == limit or size > _LARGEST_ANSWER:
            break
    found.next = written(found.cursor, asked.key_id)
    return found
