"""Where in the log a moment is."""

from __future__ import annotations

from shared.events.model import LogState
from shared.events.ports import EventReader


async def last_before(log: EventReader, key_id: str, at: int, state: LogState) -> int:
    """A position behind all events of a key that were stored before this moment, and before all others.

    Found by halving: some 30 looks at a log of a billion events. `at` is in milliseconds since 1970.

    Raises:
        BusUnavailable: the log does not answer.
    """
    before, behind = state.first - 1, state.last
    while before < behind:
        middle = (before + behind) // 2
        found = (await log.read(key_id, None, after=middle, limit=1)).events
        if found and found[0].position <= behind and found[0].stored_at < at:
            before = found[0].position
        else:
            behind = middle
    return before
