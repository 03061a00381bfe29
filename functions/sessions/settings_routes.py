"""The settings of a session: what it does with what arrives."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath
from pydantic import Field, StrictBool

from functions.guards import Scope
from functions.http.answers import Answer, Part, answer
from functions.http.bodies import Body, read
from functions.http.requests import HttpRequest, request_id, tenant
from functions.routing import route
from functions.services import Services, services
from shared.bus import NoAnswer, NoResponder
from shared.contracts.commands.sessions import Reconsider
from shared.errors import BadSessionName, SessionNotFound, WagateError
from shared.ids import check_session_name
from shared.sessions.chosen import Ignore, merged
from shared.sessions.model import Session

_ANSWER_WITHIN = 10.0


class IgnoreChoice(Body):
    """What is dropped when it arrives; what is not given stays."""

    groups: StrictBool | None = Field(default=None, description="Messages of groups.")
    status: StrictBool | None = Field(default=None, description="Status updates.")
    newsletters: StrictBool | None = Field(default=None, description="Posts of channels.")


class SettingsBody(Body):
    """Settings to be changed; the others stay."""

    ignore: IgnoreChoice | None = Field(default=None, description="What is dropped when it arrives.")


class IgnoreAnswer(Part):
    """What is dropped when it arrives: it comes into no inbox and no event, and cannot be had later."""

    groups: bool
    status: bool
    newsletters: bool


class Settings(Part):
    """Every setting of a session."""

    ignore: IgnoreAnswer


class SettingsAnswer(Answer):
    """The settings of a session."""

    session_id: str
    settings: Settings


class ChangedSettingsAnswer(SettingsAnswer):
    """The settings of a session after a change."""

    applied: bool = Field(description="Whether they count already; `false`: within 10 s, once the host has read them.")


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
    return answer(SettingsAnswer(session_id=session.name, settings=_shown(session)))


@route(
    "PATCH",
    "/api/sessions/{name:str}/settings",
    scope=Scope.SESSIONS_WRITE,
    body=SettingsBody,
    answers={200: ChangedSettingsAnswer},
    errors=(BadSessionName, SessionNotFound),
)
async def change_settings(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Choose other settings for a session, at once and without a new pairing; what is not given stays."""
    body = await read(request, SettingsBody)
    given = body.model_dump(exclude_none=True)
    serving, known = await _named(request, name)
    session = await serving.sessions.choose(known.uid, lambda before: merged(before, given))
    if session is None:
        raise SessionNotFound(f"This key has no session '{known.name}'.", sessionId=known.name)
    applied = await _applied(serving, session, request_id(request.scope))
    return answer(ChangedSettingsAnswer(session_id=session.name, settings=_shown(session), applied=applied))


async def _applied(serving: Services, session: Session, request: str) -> bool:
    """Have the host of a session read its settings; whether they count now."""
    try:
        await serving.owners.reach(
            session.uid, Reconsider(), request_id=request, within=0, answer_within=_ANSWER_WITHIN
        )
    except NoResponder:
        return session.owner is None  # who takes it reads them first
    except (NoAnswer, WagateError):
        return False
    return True


async def _named(request: HttpRequest, name: str) -> tuple[Services, Session]:
    serving = services(request)
    return serving, await serving.session_rows.existing(tenant(request).id, check_session_name(name))


def _shown(session: Session) -> Settings:
    ignore = Ignore.of(session.settings)
    return Settings(ignore=IgnoreAnswer(groups=ignore.groups, status=ignore.status, newsletters=ignore.newsletters))
