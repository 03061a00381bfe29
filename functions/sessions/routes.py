"""The sessions of a key: list, status, start, stop, restart, log out, delete."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.families import Family
from functions.guards import Scope
from functions.hosts.session_rows import NEW_SESSION_ERRORS
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.session_names import session_name
from functions.reference.described import SESSION
from functions.routing import route
from functions.services import Services, services
from functions.sessions import ending, lifecycle
from functions.sessions.health_routes import get_session_health
from functions.sessions.schemas import (
    AnyStatusAnswer,
    DeletedAnswer,
    LoggedOutAnswer,
    RenameBody,
    SessionsAnswer,
    StatusAnswer,
    not_created,
)
from functions.sessions.settings_routes import change_session_settings, get_session_settings
from functions.sessions.states import states_of
from shared.errors import BadSessionName, BusUnavailable, NoHost, SessionNameTaken, SessionNotFound, TooManyLogins
from shared.ids import check_session_name
from shared.sessions.model import Session

_CONTROL = (SessionNotFound, NoHost, BusUnavailable, TooManyLogins)


@route(
    "GET",
    "/api/status",
    scope=Scope.SESSIONS_READ,
    answers={200: AnyStatusAnswer},
    parameters=SESSION,
    chats="none",
)
async def get_session_status(request: HttpRequest) -> Response[bytes]:
    """Say what a session is doing. Nothing is made by asking: one that is not there is `not_created`."""
    serving = services(request)
    name = session_name(request)
    session = await serving.session_rows.find(tenant(request), name)
    if session is None:
        return answer(not_created(name))
    (state,) = await states_of(serving, [session])
    return answer(StatusAnswer(**state.model_dump()))


@route(
    "GET",
    "/api/sessions",
    scope=Scope.SESSIONS_READ,
    answers={200: SessionsAnswer},
    chats="none",
)
async def list_sessions(request: HttpRequest) -> Response[bytes]:
    """List every session of the key and what it is doing."""
    serving = services(request)
    sessions = await serving.session_rows.all(tenant(request))
    return answer(SessionsAnswer(sessions=await states_of(serving, sessions)))


@route(
    "DELETE",
    "/api/sessions/{name:str}",
    scope=Scope.SESSIONS_WRITE,
    answers={200: DeletedAnswer, 202: DeletedAnswer},
    errors=(SessionNotFound,),
)
async def delete_session(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Log a session out and delete its pairing, its inbox, its messages: everything."""
    serving, session = await _named(request, name)
    end = await ending.delete(serving, session, request_id=request_id(request.scope))
    if end.done:
        return answer(DeletedAnswer(message="Session deleted successfully", unlinked=True))
    return answer(DeletedAnswer(message=f"Session deleted. {end.words}", unlinked=False), status=202)


@route(
    "PATCH",
    "/api/sessions/{name:str}",
    scope=Scope.SESSIONS_WRITE,
    body=RenameBody,
    answers={200: StatusAnswer},
    errors=(SessionNotFound, SessionNameTaken, BadSessionName),
)
async def rename_session(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Give a session another name; its pairing, its inbox and its messages stay."""
    body = await read(request, RenameBody)
    new_name = check_session_name(body.session_id)
    serving, session = await _named(request, name)
    (state,) = await states_of(serving, [await lifecycle.rename(serving, tenant(request), session, new_name)])
    return answer(StatusAnswer(**state.model_dump()))


@route(
    "POST",
    "/api/sessions/{name:str}/start",
    scope=Scope.SESSIONS_WRITE,
    answers={200: StatusAnswer},
    errors=(NoHost, BusUnavailable, TooManyLogins, *NEW_SESSION_ERRORS),
    chats="none",
)
async def start_session(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Start a session that was stopped. A session that was not there is made."""
    serving = services(request)
    session = await serving.session_rows.obtain_fresh(tenant(request), check_session_name(name))
    return answer(await lifecycle.start(serving, session, request_id=request_id(request.scope)))


@route(
    "POST",
    "/api/sessions/{name:str}/stop",
    scope=Scope.SESSIONS_WRITE,
    answers={200: StatusAnswer},
    errors=_CONTROL,
    chats="none",
)
async def stop_session(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Disconnect a session until it is started again; its pairing is kept."""
    serving, session = await _named(request, name)
    return answer(await lifecycle.stop(serving, session, request_id=request_id(request.scope)))


@route(
    "POST",
    "/api/sessions/{name:str}/restart",
    scope=Scope.SESSIONS_WRITE,
    answers={200: StatusAnswer},
    errors=_CONTROL,
    chats="none",
)
async def restart_session(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Disconnect a session and connect it again."""
    serving, session = await _named(request, name)
    return answer(await lifecycle.restart(serving, session, request_id=request_id(request.scope)))


@route(
    "POST",
    "/api/sessions/{name:str}/logout",
    scope=Scope.SESSIONS_WRITE,
    answers={200: LoggedOutAnswer, 202: LoggedOutAnswer},
    errors=(BadSessionName, SessionNotFound),
)
async def log_session_out(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Unlink a session from its phone; it stays there, without a pairing. 202: the phone may still show it."""
    serving, session = await _named(request, name)
    done = await ending.logout(serving, session, request_id=request_id(request.scope))
    unlinked = done.end.done
    words = None if unlinked else f"The session is logged out. {done.end.words}"
    told = LoggedOutAnswer(**done.status.model_dump(), unlinked=unlinked, message=words)
    return answer(told, status=200 if unlinked else 202)


async def _named(request: HttpRequest, name: str) -> tuple[Services, Session]:
    serving = services(request)
    return serving, await serving.session_rows.existing(tenant(request), check_session_name(name))


FAMILY = Family(
    "sessions",
    (
        get_session_status,
        list_sessions,
        delete_session,
        rename_session,
        start_session,
        stop_session,
        restart_session,
        log_session_out,
        get_session_settings,
        change_session_settings,
        get_session_health,
    ),
)
