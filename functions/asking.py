"""Has the session that a request names do something: the way of every route that asks WhatsApp a question."""

from __future__ import annotations

from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.session_names import session_name
from functions.services import services
from shared import errors
from shared.contracts.commands.command import Command, R
from shared.sessions.model import Session

ASKING_ERRORS = (
    errors.NumberInvalid,
    errors.SessionNotFound,
    errors.Disconnected,
    errors.WhatsAppSilent,
    errors.RateLimited,
    errors.NoHost,
    errors.BusUnavailable,
)
"""Of a route that does it."""
_ANSWER_WITHIN = 15.0


async def ask_session(request: HttpRequest, command: Command[R], session_id: str | None = None) -> R:
    """The reply of the session, which the body may name; raises one of `ASKING_ERRORS`."""
    return await ask(request, await session_of(request, session_id), command)


async def session_of(request: HttpRequest, in_body: str | None = None) -> Session:
    """The session that a request names, in its body or beside it; raises SessionNotFound."""
    return await services(request).session_rows.existing(tenant(request), session_name(request, in_body))


async def ask(request: HttpRequest, session: Session, command: Command[R]) -> R:
    """The reply of this session; raises one of `ASKING_ERRORS`."""
    return await services(request).owners.ask(
        session.uid, command, request_id=request_id(request.scope), answer_within=_ANSWER_WITHIN
    )
