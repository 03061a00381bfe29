"""What was said before a session was linked, on its way from the phone."""

from __future__ import annotations

from shared.contracts.history_events import HistoryProgressed, HistoryState
from shared.contracts.shape import Maybe, Shape
from shared.events.declaring import Declared, Told, tells


class History(Shape):
    """How far it is."""

    state: HistoryState
    """`limited`: as many messages are here as are taken; `incomplete`: nothing comes any more, some are missing."""
    progress: int
    """How much of everything is stored, by the phone's count; per cent."""
    messages: int
    """How many are stored."""
    missing: Maybe[int] = None
    """Pieces that the phone sent and that are lost."""


PROGRESS = Declared(
    "history.progress",
    "More of the history from before the session was linked is now in the chats. Those messages are no events.",
    History(state="coming", progress=40, messages=1_200),
)


@tells(HistoryProgressed)
def progressed(event: HistoryProgressed) -> Told:
    """As it is."""
    return PROGRESS.of(
        History(state=event.state, progress=event.progress, messages=event.messages, missing=event.missing or None)
    )
