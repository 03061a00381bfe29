"""The route that tells whether a session is alive."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.guards import Scope
from functions.http.answers import answer
from functions.http.requests import HttpRequest, request_id, tenant
from functions.routing import route
from functions.services import services
from functions.sessions.health import SessionHealthAnswer, health_of
from shared.errors import BadSessionName, BusUnavailable, NoHost, SessionNotFound
from shared.ids import check_session_name


@route(
    "GET",
    "/api/sessions/{name:str}/health",
    scope=Scope.SESSIONS_READ,
    answers={200: SessionHealthAnswer},
    errors=(BadSessionName, SessionNotFound, NoHost, BusUnavailable),
    chats="none",
)
async def get_session_health(request: HttpRequest, name: FromPath[str]) -> Response[bytes]:
    """Say what a session's connection has shown of itself: whether it is open, whether it sends, whether it hears.

    Times are since its host took it. Nothing is sent to find out, unless the session probes by itself.
    """
    serving = services(request)
    session = await serving.session_rows.existing(tenant(request), check_session_name(name))
    return answer(await health_of(serving, session, request_id=request_id(request.scope)))
