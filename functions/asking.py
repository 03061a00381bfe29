"""Has the session that a request names do something: the way of every route that asks WhatsApp a question."""

from __future__ import annotations

from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.session_names import session_name
from functions.services import services
from shared import errors
from shared.contracts.commands.command import Command, R

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


async def ask_session(request: HttpRequest, command: Command[R]) -> R:
    """The reply of the session; raises one of `ASKING_ERRORS`."""
    serving = services(request)
    session = await serving.session_rows.existing(tenant(request).id, session_name(request))
    return await serving.owners.ask(
        session.uid, command, request_id=request_id(request.scope), answer_within=_ANSWER_WITHIN
    )
