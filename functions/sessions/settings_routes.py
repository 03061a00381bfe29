"""The settings of a session: what it does with what arrives."""

from __future__ import annotations

from typing import Any

import orjson
from litestar import Response
from litestar.params import FromPath

from functions.guards import Scope
from functions.http.answers import answer
from functions.http.bodies import read, validate
from functions.http.requests import HttpRequest, request_id, tenant
from functions.routing import route
from functions.services import Services, services
from functions.sessions.proxies import check_proxy
from functions.sessions.settings_schemas import ChangedSettingsAnswer, SettingsAnswer, SettingsBody
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.sessions import Reconsider
from shared.errors import BadSessionName, ProxyRefused, SecretsKeyMissing, SessionNotFound, WagateError
from shared.ids import check_session_name
from shared.sessions.chosen import Choices, choices_of, merged
from shared.sessions.model import Session
from shared.sessions.sealed_proxy import sealed_proxy

_ANSWER_WITHIN = 10.0


@route(
    "GET",
    "/api/sessions/{name:str}/settings",
    scope=Scope.SESSIONS_READ,
    answers={200: SettingsAnswer},
    errors=(BadSessionName, SessionNotFound),
)
async def get_settings(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
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
async def change_settings(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Choose other settings for a session, at once and without a new pairing; what is not given stays."""
    body = await read(request, SettingsBody)
    given = body.model_dump(exclude_unset=True, by_alias=True)
    serving, known = await _named(request, name)
    if (proxy := given.get("proxy")) is not None:
        await check_proxy(proxy, serving.allowed)
        given["proxy"] = sealed_proxy(proxy, known.uid, serving.sealer)
    session = await serving.sessions.choose(known.uid, lambda before: _chosen(before, given))
    if session is None:
        raise SessionNotFound(f"This key has no session '{known.name}'.", sessionId=known.name)
    serving.session_rows.forget(known)
    applied = await _applied(serving, session, given, request_id(request.scope))
    settings = choices_of(session.settings).shown()
    return answer(ChangedSettingsAnswer(session_id=session.name, settings=settings, applied=applied))


def _chosen(before: str | None, given: dict[str, Any]) -> str:
    """The settings after a change. Raises BadRequest where they make no sense together."""
    after = merged(before, given)
    said: dict[str, Any] = orjson.loads(after)
    validate(Choices, {name: value for name, value in said.items() if name in given})
    return after


async def _applied(serving: Services, session: Session, given: dict[str, Any], request: str) -> bool:
    """Have the host of a session read its settings; whether those that were given count now."""
    try:
        reply = await serving.owners.reach(
            session.uid, Reconsider(), request_id=request, within=0, answer_within=_ANSWER_WITHIN
        )
    except NoResponder:
        return session.owner is None  # who takes it reads them first
    except (NoAnswer, WagateError):
        return False
    return given.keys() <= set(reply.settings or ())


async def _named(request: HttpRequest, name: str) -> tuple[Services, Session]:
    serving = services(request)
    return serving, await serving.session_rows.existing(tenant(request).id, check_session_name(name))
