"""Session rows by name, for routes that need only what rarely changes: a short memory in front of the store."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from functions.access.limits import check_session
from functions.access.new_sessions import NewSessions
from shared.bus import Bus
from shared.contracts.subjects import SESSIONS_WANTED
from shared.errors import KeyInvalid, KeyRevoked, SessionLimit, SessionNotFound, TooManyNewSessions
from shared.ids import now_ms
from shared.observing import traces as tracing
from shared.sessions.model import Desired, Session
from shared.sessions.ports import Sessions
from shared.tenants.model import ApiKey
from shared.tenants.ports import ApiKeys

NEW_SESSION_ERRORS = (SessionLimit, TooManyNewSessions)
"""What a route may answer that makes a session."""
_REMEMBERED_FOR = 5.0
_AT_MOST = 20_000


class SessionRows:
    """Finds and makes sessions of a key.

    The uid behind a name changes only when a session is deleted, which this process notices at once (`forget`) and
    other processes when nobody answers for it, or after 5 s.
    """

    def __init__(  # noqa: PLR0913 - the ports it works on, and the limits
        self,
        sessions: Sessions,
        keys: ApiKeys,
        bus: Bus,
        *,
        new_sessions: NewSessions,
        max_sessions: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`max_sessions` is for keys that have no number of their own; None is no limit."""
        self._sessions = sessions
        self._keys = keys
        self._bus = bus
        self._new_sessions = new_sessions
        self._max_sessions = max_sessions
        self._clock = clock
        self._rows: OrderedDict[tuple[str, str], tuple[Session, float]] = OrderedDict()

    async def obtain(self, key: ApiKey, name: str) -> Session:
        """The session of that name, at most 5 s old; made, and a host rung for, when there is none.

        Raises:
            SessionNotAllowed: see there.
            SessionLimit: there is none, and the key has as many as it may have.
            TooManyNewSessions: there is none, and the key has made too many within a minute.
        """
        check_session(key, name)
        found = self._rows.get((key.id, name))
        if found is not None and found[1] > self._clock():
            return found[0]
        with tracing.step("find session"):
            return await self.obtain_fresh(key, name)

    async def obtain_fresh(self, key: ApiKey, name: str) -> Session:
        """As `obtain`, as the store has it now."""
        check_session(key, name)
        session, created = await self._sessions.named(key.id, name), False
        if session is None:
            self._new_sessions.count(key.id)
            at_most = self._max_sessions if key.max_sessions is None else key.max_sessions
            session, created = await self._sessions.get_or_create(key.id, name, now=now_ms(), at_most=at_most)
        if created:
            await self._check_key(key, session)
            await self._bus.ring(SESSIONS_WANTED)
        self._remember(session)
        return session

    async def _check_key(self, key: ApiKey, session: Session) -> None:
        """Take a new session back when its key was deleted or revoked meanwhile, which this process may not know yet.

        A key is revoked before its sessions are listed to be deleted: either the list has this one, or this look
        comes after the revocation. Raises KeyInvalid and KeyRevoked.
        """
        stored = await self._keys.get(key.id)
        if stored is None or not stored.active:
            await self._sessions.unlink(session.uid, now=now_ms(), then=Desired.DELETED)
            raise KeyInvalid if stored is None else KeyRevoked

    async def find(self, key: ApiKey, name: str) -> Session | None:
        """The session of that name as the store has it now, or None. Raises SessionNotAllowed."""
        check_session(key, name)
        session = await self._sessions.named(key.id, name)
        if session is None:
            self._rows.pop((key.id, name), None)
        return session

    async def existing(self, key: ApiKey, name: str) -> Session:
        """The session of that name as the store has it now; raises SessionNotFound and SessionNotAllowed."""
        session = await self.find(key, name)
        if session is None:
            raise SessionNotFound(f"This key has no session '{name}'. {SessionNotFound.remedy}", sessionId=name)
        return session

    async def all(self, key: ApiKey) -> list[Session]:
        """Every session that the key may see."""
        return [each for each in await self._sessions.list_of(key.id) if key.limits.have_session(each.name)]

    async def sees(self, key: ApiKey, session_uid: str) -> bool:
        """Whether what belongs to a session of the key may be seen by it."""
        if not key.limits.sessions:
            return True
        session = await self._sessions.get(session_uid)
        return session is not None and key.limits.have_session(session.name)

    def forget(self, session: Session) -> None:
        """Read it from the store the next time."""
        self._rows.pop((session.key_id, session.name), None)

    def _remember(self, session: Session) -> None:
        self._rows[session.key_id, session.name] = (session, self._clock() + _REMEMBERED_FOR)
        self._rows.move_to_end((session.key_id, session.name))
        if len(self._rows) > _AT_MOST:
            self._rows.popitem(last=False)
