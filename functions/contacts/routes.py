"""What WhatsApp knows of a number."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.contacts.schemas import NumberAnswer
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.session_names import one_of_query, session_name
from functions.reference.described import SESSION, Parameter
from functions.routing import Family, route
from functions.services import services
from shared import errors
from shared.contracts.commands.contacts import CheckNumber
from shared.jids import parse_recipient

_ANSWER_WITHIN = 15.0


@route(
    "GET",
    "/api/check-number/{number:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: NumberAnswer},
    parameters=(
        *SESSION,
        Parameter("fresh", "query", "`true`: ask WhatsApp although an answer is remembered.", {"type": "boolean"}),
    ),
    errors=(
        errors.NumberInvalid,
        errors.SessionNotFound,
        errors.Disconnected,
        errors.WhatsAppSilent,
        errors.RateLimited,
        errors.NoHost,
        errors.BusUnavailable,
    ),
)
async def check_number(request: HttpRequest, number: FromPath[str]) -> Response[bytes]:
    """Say whether a number is on WhatsApp."""
    serving = services(request)
    key = tenant(request)
    name, fresh = session_name(request), _fresh(request)
    digits = parse_recipient(number, key.default_region).number
    if digits is None:
        raise errors.NumberInvalid("Only phone numbers can be checked, not groups or hidden ids.")
    session = await serving.session_rows.existing(key.id, name)
    reply = await serving.owners.ask(
        session.uid,
        CheckNumber(number=digits, fresh=fresh),
        request_id=request_id(request.scope),
        answer_within=_ANSWER_WITHIN,
    )
    return answer(
        NumberAnswer(number=digits, exists=reply.exists, jid=reply.jid, lid=reply.lid, checked_at=reply.checked_at)
    )


def _fresh(request: HttpRequest) -> bool:
    text = one_of_query(request, "fresh")
    if text not in {None, "true", "false"}:
        raise errors.BadRequest("'fresh' has to be true or false.", field="fresh")
    return text == "true"


FAMILY = Family("contacts", (check_number,))
