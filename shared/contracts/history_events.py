"""What was said before a session was linked, on its way from the phone."""

from __future__ import annotations

from typing import Literal

from shared.contracts.event import Event

HistoryState = Literal["coming", "done", "limited", "incomplete"]
"""`limited`: as many messages are here as are taken. `incomplete`: nothing came any more, and something is missing."""


class HistoryProgressed(Event):
    """More of it is here. Its messages are no events: they are in their chats."""

    kind: Literal["history_progressed"] = "history_progressed"
    state: HistoryState
    progress: int
    """How much of everything is stored, by the phone's count; per cent."""
    messages: int
    """How many are stored."""
    missing: int = 0
    """Pieces that the phone sent and that are lost."""
