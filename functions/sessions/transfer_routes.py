"""Take a session's pairing out as one encrypted file, and go on with one that was taken out."""

from __future__ import annotations

import base64

from litestar import Response
from litestar.datastructures.headers import Accept
from litestar.params import FromPath

from functions.families import Family
from functions.guards import Scope
from functions.hosts.session_rows import NEW_SESSION_ERRORS
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, header, request_id, tenant
from functions.routing import route
from functions.services import services
from functions.sessions.exporting import export_pairing
from functions.sessions.importing import import_pairing
from functions.sessions.schemas import ExportAnswer, ExportBody, ImportBody, StatusAnswer
from shared import errors
from shared.ids import check_session_name

_JSON, _FILE = "application/json", "application/octet-stream"


@route(
    "POST",
    "/api/sessions/{name:str}/export",
    scope=Scope.SESSIONS_WRITE,
    body=ExportBody,
    answers={200: ExportAnswer},
    media_types=(_FILE,),
    errors=(
        errors.SessionNotFound,
        errors.SessionNotPaired,
        errors.ExportTooLarge,
        errors.Overloaded,
        errors.NoHost,
        errors.UnlinkPending,
        errors.BusUnavailable,
        errors.StoreUnavailable,
    ),
)
async def export_session(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Give a session's pairing as a file that a passphrase opens. Whoever has both is that number."""
    body = await read(request, ExportBody)
    serving = services(request)
    session = await serving.session_rows.existing(tenant(request), check_session_name(name))
    file = await export_pairing(serving.owners, session.uid, body.passphrase, request_id=request_id(request.scope))
    headers = {"Cache-Control": "no-store"}
    if Accept(header(request, "Accept") or "*/*").best_match([_FILE, _JSON], default=_FILE) == _JSON:
        return answer(ExportAnswer(session_id=session.name, file=base64.b64encode(file).decode()), headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{session.name}.wagate-auth"'
    return Response(file, status_code=200, media_type=_FILE, headers=headers)


@route(
    "POST",
    "/api/sessions/{name:str}/import",
    scope=Scope.SESSIONS_WRITE,
    body=ImportBody,
    answers={200: StatusAnswer},
    errors=(
        errors.SessionAlreadyConnected,
        errors.AuthFileInvalid,
        errors.Overloaded,
        errors.NoHost,
        errors.UnlinkPending,
        errors.BusUnavailable,
        errors.StoreUnavailable,
        errors.TooManyLogins,
        *NEW_SESSION_ERRORS,
    ),
)
async def import_session(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Connect a session with an exported pairing. A session that was not there is made."""
    body = await read(request, ImportBody, limit=request.app.state.import_limit)
    serving = services(request)
    state = await import_pairing(
        serving, tenant(request), check_session_name(name), body, request_id=request_id(request.scope)
    )
    return answer(state)


FAMILY = Family(
    "transfer",
    (
        export_session,
        import_session,
    ),
)
