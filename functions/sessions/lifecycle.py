"""Starts, stops, restarts and renames sessions. Every one of them may be repeated."""

from __future__ import annotations

from dataclasses import replace

from functions.access.limits import check_session
from functions.services import Services
from functions.sessions.logging_in import start as want_running
from functions.sessions.logging_in import still_wanted
from functions.sessions.schemas import StatusAnswer, state_of, status_answer
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.sessions import Reconsider, Restart
from shared.errors import BusUnavailable, NoHost, SessionNotFound
from shared.sessions.model import Desired, Session
from shared.tenants.model import ApiKey

ANSWER_WITHIN = 20.0


async def start(serving: Services, session: Session, *, request_id: str) -> StatusAnswer:
    """What it is doing once its host has begun to connect it."""
    session = await want_running(serving, session)
    return await _reconsidered(serving, session, Reconsider(), request_id)


async def restart(serving: Services, session: Session, *, request_id: str) -> StatusAnswer:
    """What it is doing once its connection was closed and begun again; a stopped one is started."""
    if session.desired is not Desired.RUNNING:
        return await start(serving, session, request_id=request_id)
    return await _reconsidered(serving, session, Restart(), request_id)


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
            Reconsider(),
            request_id=request_id,
            within=0,
            answer_within=ANSWER_WITHIN,
        )
    except NoResponder:
        pass  # nobody holds it, so it is not connected
    except NoAnswer:
        if not serving.bus.connected:
            raise BusUnavailable(retry_after=2) from None
        raise NoHost(
            "The session's host did not answer. The session stops when the host reads the store again."
        ) from None
    session = replace(session, desired=Desired.STOPPED)
    state = state_of(session, alive=frozenset(), bus_connected=True)
    return StatusAnswer(**state.model_dump())


async def rename(serving: Services, key: ApiKey, session: Session, name: str) -> Session:
    """The session under its new name; its pairing, inbox and messages stay.

    Raises:
        SessionNameTaken: the key has another session of that name.
        SessionNotFound: it was deleted this moment.
        SessionNotAllowed: see there.
    """
    check_session(key, name)
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
    command: Reconsider | Restart,
    request_id: str,
) -> StatusAnswer:
    reply = await serving.owners.ask(
        session.uid,
        command,
        request_id=request_id,
        answer_within=ANSWER_WITHIN,
        meanwhile=lambda: still_wanted(serving, session),
    )
    return status_answer(session, reply)
