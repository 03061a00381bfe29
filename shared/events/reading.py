"""Reading the log for a tenant: pages of events in the form that tenants see, each with its cursor.

It is the one way from the log to tenants: polls, streams and whatever delivers events read by it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from shared.contracts.subjects import NO_SESSION
from shared.events.cursor import Cursor, checked, newest, oldest, parsed, written
from shared.events.model import LoggedEvent, LogState
from shared.events.ports import EventReader
from shared.events.telling import PublicEvent, public
from shared.sessions.chosen import choices_of
from shared.sessions.model import Desired, Session
from shared.sessions.ports import Sessions

LATEST = "latest"
"""Instead of a cursor: what comes from now on."""
_KNOWN_FOR = 5_000
"""Milliseconds for which a session's name is believed."""
_KNOWN = 20_000
_IN_A_TURN = 10
"""Events that are made before others have their turn: each is some ten microseconds of work."""


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Events, oldest first."""

    events: list[PublicEvent]
    next: Cursor
    """Where to go on."""
    read: int
    """How many entries of the log it was made of: some are nothing for tenants, some several events."""
    more: bool
    """Whether there is more already."""
    log: LogState
    """As it was."""


class Reading:
    """The log, for one tenant after the other."""

    def __init__(self, log: EventReader, sessions: Sessions, clock: Callable[[], int]) -> None:
        """`clock`: milliseconds since 1970."""
        self.log = log
        self._sessions = sessions
        self._clock = clock
        self._known: OrderedDict[str, tuple[int, Session | None]] = OrderedDict()

    async def begin(self, key_id: str, after: str | None) -> Cursor:
        """Where to begin: behind a cursor, at the oldest event that is kept (None), or with what comes now (`latest`).

        Raises:
            CursorInvalid: it is none of this key.
            EventsGone: the log no longer has all that follows it.
            BusUnavailable: the log does not answer.
        """
        cursor = None if after in {None, LATEST} else parsed(after or "", key_id)
        log, now = await self.log.state(), self._clock()
        if cursor is None:
            return newest(log, now) if after == LATEST else oldest(log, now)
        checked(cursor, log, key_id, now)
        return cursor

    async def page(  # noqa: PLR0913 - which, where, and how
        self,
        key_id: str,
        uid: str | None,
        after: Cursor,
        limit: int,
        *,
        kind: str | None = None,
        log: LogState | None = None,
    ) -> PublicPage:
        """Events of a key, or of one session of it, behind a cursor; of every kind, or of one.

        With `log`, as it was a moment ago, the page ends with its last event; see `EventReader.read`.

        Raises:
            EventsGone: the log no longer has all that follows it.
            BusUnavailable: the log does not answer.
            StoreUnavailable: the names of their sessions cannot be read.
        """
        now = self._clock()
        page = await self.log.read(key_id, uid, after=after.position, limit=limit, kind=kind, log=log)
        checked(after, page.log, key_id, now)
        sessions = await self._sessions_of({event.session_uid for event in page.events} - {NO_SESSION})
        events: list[PublicEvent] = []
        for place, logged in enumerate(page.events, 1):
            if (event := _public(logged, sessions, page.log.made_at, key_id)) is not None:
                events.append(event)
            if place % _IN_A_TURN == 0:
                await asyncio.sleep(0)  # whoever is further back holds up nobody who is up to date
        seen_at = now
        if page.more or log is not None:  # there may be something that was stored by now
            seen_at = page.events[-1].stored_at if page.events else after.at
        cursor = Cursor(page.log.made_at, page.position, seen_at)
        return PublicPage(events, cursor, page.entries, page.more, page.log)

    async def _sessions_of(self, uids: Collection[str]) -> Mapping[str, Session]:
        """Those that are there; what is left of a deleted one is nobody's."""
        now = self._clock()
        found: dict[str, Session] = {}
        for uid in uids:
            until, session = self._known.get(uid, (0, None))
            if until <= now:
                session = await self._sessions.get(uid)
                self._known[uid] = now + _KNOWN_FOR, session
                self._known.move_to_end(uid)
            if session is not None and session.desired is not Desired.DELETED:
                found[uid] = session
        while len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        return found


def _public(event: LoggedEvent, sessions: Mapping[str, Session], log: int, key_id: str) -> PublicEvent | None:
    cursor = written(Cursor(log, event.position, event.stored_at), key_id)
    if event.session_uid == NO_SESSION:
        return public(event, None, {}, cursor)
    session = sessions.get(event.session_uid)
    if session is None or session.key_id != key_id:
        return None
    return public(event, session.name, choices_of(session.settings).metadata, cursor)
