"""The port to the log of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.events.model import LoggedEvent, Outcome, Publication


class EventLog(Protocol):
    """The log of everything that happened. It keeps the order of each session's events from one source."""

    async def publish(self, events: Sequence[Publication]) -> Outcome:
        """Publish events, of each session in the order given. Never raises; the outcome says what is stored.

        Takes some seconds at most. An event that is tried again is stored once.
        """
        ...

    async def forget(self, session_uid: str) -> None:
        """Remove every event of a session. May be repeated.

        Raises:
            BusUnavailable: the log does not answer; some may be left.
        """
        ...

    async def read(self, *, after: int, limit: int) -> list[LoggedEvent]:
        """Events behind a position (0: from the oldest that is kept), oldest first.

        Raises:
            BusUnavailable: the log does not answer.
        """
        ...
