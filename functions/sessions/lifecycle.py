"""Starts, stops, restarts, logs out and deletes sessions. Every one of them may be repeated."""

from __future__ import annotations

from dataclasses import replace

from functions.services import Services
from functions.sessions.logging_in import start as want_running
from functions.sessions.logging_in import still_wanted
from functions.sessions.schemas import StatusAnswer, state_of, status_answer
from shared.bus import NoAnswer, NoResponder
from shared.contracts import commands
from shared.contracts.commands import StatusReply
from shared.contracts.subjects import SESSIONS_WANTED
from shared.errors import BusUnavailable, NoHost, SessionNotFound
from shared.sessions.model import Desired, Session

_ANSWER_WITHIN = 20.0
_DELETED_WITHIN = 3.0
"""Seconds in which a host has to be found for a deletion; later it does it without anybody waiting."""


async def start(serving: Services, session: Session, *, request_id: str) -> StatusAnswer:
    """What it is doing once its host has begun to connect it."""
    session = await want_running(serving, session)
    return await _reconsidered(serving, session, commands.Reconsider(), request_id)


async def restart(serving: Services, session: Session, *, request_id: str) -> StatusAnswer:
    """What it is doing once its connection was closed and begun again; a stopped one is started."""
    if session.desired is not Desired.RUNNING:
        return await start(serving, session, request_id=request_id)
    return await _reconsidered(serving, session, commands.Restart(), request_id)


async def logout(serving: Services, session: Session, *, request_id: str) -> StatusAnswer:
    """What it is doing once it is unlinked from its phone. A stopped one is woken for it: only a host can unlink."""
    session = await want_running(serving, session)
    return await _reconsidered(serving, session, commands.Logout(), request_id)


async def stop(serving: Services, session: Session, *, request_id: str) -> StatusAnswer:
    """That it is stopped; its pairing is kept.

    Raises:
        NoHost: its host is silent: it will stop when it reads the store again.
        BusUnavailable: likewise.
    """
    await _want(serving, session, Desired.STOPPED)
    try:
        await serving.owners.reach(
            session.uid,
            commands.Reconsider(),
            StatusReply,
            request_id=request_id,
            within=0,
            answer_within=_ANSWER_WITHIN,
        )
    except NoResponder:
        pass  # nobody holds it, so it is not connected
    except NoAnswer:
        if not serving.bus.connected:
            raise BusUnavailable(retry_after=2) from None
        raise NoHost("The session's host did not answer; it stops when it reads the store again.") from None
    session = replace(session, desired=Desired.STOPPED)
    state = state_of(session, alive=frozenset(), bus_connected=True)
    return StatusAnswer(**state.model_dump())


async def delete(serving: Services, session: Session, *, request_id: str) -> bool:
    """Make it invisible at once and have its host remove everything; False when that is still to be done."""
    await _want(serving, session, Desired.DELETED)
    await serving.bus.ring(SESSIONS_WANTED)
    try:
        await serving.owners.ask(
            session.uid,
            commands.Reconsider(),
            StatusReply,
            request_id=request_id,
            within=_DELETED_WITHIN,
            answer_within=_ANSWER_WITHIN,
        )
    except (NoHost, BusUnavailable):
        return False
    return True


async def rename(serving: Services, session: Session, name: str) -> Session:
    """The session under its new name; its pairing, inbox and messages stay.

    Raises:
        SessionNameTaken: the key has another session of that name.
        SessionNotFound: it was deleted this moment.
    """
    renamed = await serving.sessions.rename(session.uid, name)
    serving.session_rows.forget(session)
    if renamed is None:
        raise SessionNotFound(f"This key has no session '{session.name}'.", sessionId=session.name)
    serving.session_rows.forget(renamed)
    return renamed


async def _want(serving: Services, session: Session, desired: Desired) -> None:
    found = await serving.sessions.set_desired(session.uid, desired)
    serving.session_rows.forget(session)
    if found is None:
        raise SessionNotFound(f"This key has no session '{session.name}'.", sessionId=session.name)


async def _reconsidered(
    serving: Services,
    session: Session,
    command: commands.Reconsider | commands.Restart | commands.Logout,
    request_id: str,
) -> StatusAnswer:
    reply = await serving.owners.ask(
        session.uid,
        command,
        StatusReply,
        request_id=request_id,
        answer_within=_ANSWER_WITHIN,
        meanwhile=lambda: still_wanted(serving, session),
    )
    return status_answer(session, reply)
