"""The settings of a session: what it does with what arrives."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.guards import Scope
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, request_id, tenant
from functions.routing import route
from functions.services import Services, services
from functions.sessions.choosing import choose
from functions.sessions.settings_schemas import ChangedSettingsAnswer, SettingsAnswer, SettingsBody
from shared.errors import BadSessionName, ProxyRefused, SecretsKeyMissing, SessionNotFound
from shared.ids import check_session_name
from shared.sessions.chosen import choices_of
from shared.sessions.model import Session


@route(
    "GET",
    "/api/sessions/{name:str}/settings",
    scope=Scope.SESSIONS_READ,
    answers={200: SettingsAnswer},
    errors=(BadSessionName, SessionNotFound),
)
async def get_session_settings(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Say what was chosen for a session."""
    serving, known = await _named(request, name)
    session = await serving.sessions.get(known.uid) or known
    return answer(SettingsAnswer(session_id=session.name, settings=choices_of(session.settings).shown()))


@route(
    "PATCH",
    "/api/sessions/{name:str}/settings",
    scope=Scope.SESSIONS_WRITE,
    body=SettingsBody,
    answers={200: ChangedSettingsAnswer},
    errors=(BadSessionName, SessionNotFound, ProxyRefused, SecretsKeyMissing),
)
async def change_session_settings(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Choose other settings for a session, at once and without a new pairing; what is not given stays."""
    body = await read(request, SettingsBody)
    given = body.model_dump(exclude_unset=True, by_alias=True)
    serving, known = await _named(request, name)
    session, applied = await choose(serving, known, given, request_id=request_id(request.scope))
    settings = choices_of(session.settings).shown()
    return answer(ChangedSettingsAnswer(session_id=session.name, settings=settings, applied=applied))


async def _named(request: HttpRequest, name: str) -> tuple[Services, Session]:
    serving = services(request)
    return serving, await serving.session_rows.existing(tenant(request), check_session_name(name))
