"""What WhatsApp knows of a number."""

from __future__ import annotations

from litestar import Controller, Response
from litestar.params import FromPath

from functions.answers import answer
from functions.contacts.schemas import NumberAnswer
from functions.guards import Scope, api_key
from functions.reference.described import SESSION, Description, described
from functions.requests import HttpRequest, request_id, tenant
from functions.routes import get
from functions.services import services
from functions.session_names import session_name
from shared import errors
from shared.contracts.commands import CheckNumber, NumberReply
from shared.jids import parse_recipient

_ANSWER_WITHIN = 15.0


class ContactsController(Controller):
    """Numbers."""

    path = "/api"
    guards = [api_key]  # noqa: RUF012 - litestar's way to declare them

    @get(
        "/check-number/{number:str}",
        opt=described(
            Description(
                key="api",
                answers={200: NumberAnswer},
                parameters=SESSION,
                errors=(
                    errors.NumberInvalid,
                    errors.SessionNotFound,
                    errors.Disconnected,
                    errors.NoHost,
                    errors.WhatsAppRefused,
                    errors.BusUnavailable,
                ),
            ),
            Scope.MESSAGES_READ,
        ),
    )
    async def check_number(self, request: HttpRequest, number: FromPath[str]) -> Response[bytes]:
        """Say whether a number is on WhatsApp."""
        serving = services(request)
        key = tenant(request)
        name = session_name(request)
        digits = parse_recipient(number, key.default_region).number
        if digits is None:
            raise errors.NumberInvalid("Only phone numbers can be checked, not groups or hidden ids.")
        session = await serving.session_rows.existing(key.id, name)
        reply = await serving.owners.ask(
            session.uid,
            CheckNumber(number=digits),
            NumberReply,
            request_id=request_id(request.scope),
            answer_within=_ANSWER_WITHIN,
        )
        return answer(NumberAnswer(number=digits, exists=reply.exists, jid=reply.jid, lid=reply.lid))
