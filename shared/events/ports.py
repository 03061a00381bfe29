"""The ports to the log of events: who writes it, and who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from shared.events.model import LoggedEvent, LogState, Outcome, Page, Publication


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

    async def used(self) -> float | None:
        """How full it is: with 1 it takes nothing more, and events wait in the journals. None: it does not say."""
        ...

    async def read(self, *, after: int, limit: int) -> list[LoggedEvent]:
        """Events behind a position (0: from the oldest that is kept), oldest first.

        Raises:
            BusUnavailable: the log does not answer.
        """
        ...


class Bell(Protocol):
    """Tells a reader when it is worth looking."""

    async def wait(self, within: float) -> None:
        """Return when there may be something new, or after so many seconds.

        It rings when an event is on its way into the log, so a look right afterwards may come too early: the bell
        rings again by itself, a few times, until `seen` says that as many came as rang.
        """
        ...

    def seen(self, count: int) -> None:
        """So many new entries of the log were found."""
        ...


class EventReader(Protocol):
    """Reads the log, for as many readers as there are: none of them leaves anything in the log or in NATS."""

    async def state(self) -> LogState:
        """What the log holds now. Raises BusUnavailable."""
        ...

    async def read(  # noqa: PLR0913 - which, where, and how
        self,
        key_id: str,
        uid: str | None,
        *,
        after: int,
        limit: int,
        kind: str | None = None,
        log: LogState | None = None,
    ) -> Page:
        """Events of a key, or of one session of it, behind a position; at most about 1 MiB of them.

        Of every kind, or of one (`shared.contracts.events`): what is of others is not even looked at.
        With `log`, as it was a moment ago, it is not looked at again, which is most of the work: the page then ends
        with its last event, and what one replica of the log does not have yet is in a later one.

        Raises:
            BusUnavailable: the log does not answer.
        """
        ...

    def listening(self, key_id: str, uid: str | None) -> AbstractAsyncContextManager[Bell]:
        """A bell for the same events, while the context lasts; entering it raises BusUnavailable."""
        ...
