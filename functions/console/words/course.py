"""The course of a session: the states that it came into, with their reasons, from the log of events."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import orjson

from functions.console.words.status import Words, words_of
from shared.contracts.events import SessionChanged
from shared.errors import BusUnavailable, EventsGone
from shared.events.reading import Reading
from shared.sessions.model import Session

_MOST: Final = 30
_PAGE: Final = 500
_PAGES: Final = 20
_KIND: Final = str(SessionChanged.model_fields["kind"].default)


@dataclass(frozen=True, slots=True)
class Step:
    """One state."""

    words: Words
    at: int
    reason: str | None
    until: int | None


async def course_of(reading: Reading, session: Session) -> list[Step] | None:
    """The newest states, the newest first, as far back as the log reaches; None: it cannot be read now."""
    try:
        found = await _told(reading, session)
    except (BusUnavailable, EventsGone):
        return None
    steps: list[Step] = []
    for data in reversed(found):
        step = Step(words_of(data["status"], data.get("reason")), data["since"], data.get("reason"), data.get("until"))
        if not steps or (steps[-1].at, steps[-1].words.title) != (step.at, step.words.title):
            steps.append(step)
    return steps


async def states_since(reading: Reading, session: Session, moment: int) -> list[str]:
    """The states that it came into since then, in milliseconds since 1970.

    Raises:
        BusUnavailable: the log cannot be read.
        EventsGone: likewise.
    """
    return [data["status"] for data in await _told(reading, session) if data["since"] >= moment]


async def _told(reading: Reading, session: Session) -> deque[dict[str, Any]]:
    """What the newest events about its state say, oldest first."""
    found: deque[dict[str, Any]] = deque(maxlen=_MOST)
    cursor = await reading.begin(session.key_id, None)
    for _ in range(_PAGES):
        page = await reading.page(session.key_id, session.uid, cursor, _PAGE, kind=_KIND)
        found.extend(orjson.loads(event.body)["data"] for event in page.events)
        cursor = page.next
        if not page.more:
            break
    return found
