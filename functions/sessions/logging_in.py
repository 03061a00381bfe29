"""Brings a session to where its owner shows a code."""

from __future__ import annotations

from functions.services import Services
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.pairing import Login, LoginReply, PairCode, PairCodeReply
from shared.contracts.commands.sessions import ReadStatus
from shared.contracts.subjects import SESSIONS_WANTED
from shared.errors import SessionNotFound, TooManyLogins
from shared.sessions.model import TOO_MANY_LOGINS, Desired, Session, SessionStatus
from shared.tenants.model import ApiKey

ANSWER_WITHIN = 9.5
"""Seconds: the caller has an answer within 10."""
_SAYS_WITHIN = 5.0
_ASK_AGAIN = 60
"""Seconds after which a login that nobody asked about gives way."""


async def wanted(serving: Services, key: ApiKey, name: str) -> Session:
    """The session, made when missing and started when it was stopped: asking for a code is asking to log in.

    Raises:
        WagateError: it cannot be made, as `SessionRows.obtain` says.
    """
    session = await serving.session_rows.obtain_fresh(key, name)
    return await start(serving, session)


async def start(serving: Services, session: Session) -> Session:
    """The session, wanted to run; raises SessionNotFound when it was deleted this moment."""
    if session.desired is Desired.RUNNING:
        return session
    started = await serving.sessions.set_desired(session.uid, Desired.RUNNING)
    serving.session_rows.forget(session)
    await serving.bus.ring(SESSIONS_WANTED)
    if started is None:
        raise SessionNotFound
    return started


async def login(serving: Services, session: Session, *, request_id: str) -> LoginReply:
    """A code to scan, or the status that makes one needless or has one come.

    Raises:
        TooManyLogins: its key has as many that wait for a phone as it may have.
        WagateError: why its host has no code.
    """
    return await serving.owners.ask(
        session.uid,
        Login(),
        request_id=request_id,
        answer_within=ANSWER_WITHIN,
        meanwhile=lambda: still_wanted(serving, session),
    )


async def shown_now(serving: Services, session: Session, *, request_id: str) -> LoginReply | None:
    """The code that is shown at the moment, or what the session does instead; None: nobody says so. Begins nothing.

    Raises:
        WagateError: as `login`.
    """
    try:
        now = await serving.owners.reach(
            session.uid, ReadStatus(), request_id=request_id, within=0, answer_within=_SAYS_WITHIN
        )
    except (NoResponder, NoAnswer):
        return None
    if now.status == SessionStatus.QR_READY:
        return await login(serving, session, request_id=request_id)
    return LoginReply(**now.model_dump())


async def pair_code(serving: Services, session: Session, number: str, *, request_id: str) -> PairCodeReply:
    """A code to type on the phone with this number. Raises TooManyLogins."""
    return await serving.owners.ask(
        session.uid,
        PairCode(number=number),
        request_id=request_id,
        answer_within=ANSWER_WITHIN,
        meanwhile=lambda: still_wanted(serving, session),
    )


async def still_wanted(serving: Services, session: Session) -> None:
    """Have a session run that a host put away at the moment when somebody asked for it.

    Raises:
        TooManyLogins: its key has as many that wait for a phone as it may have: a host stopped it for that.
        SessionNotFound: it was deleted.
    """
    row = await serving.sessions.get(session.uid)
    if row is None or row.desired is Desired.DELETED:
        raise SessionNotFound
    if row.desired is not Desired.STOPPED:
        return
    if row.report.reason == TOO_MANY_LOGINS:
        raise TooManyLogins(retry_after=_ASK_AGAIN)
    await start(serving, row)
