"""Calls: a gateway never speaks, but it can reject."""

from __future__ import annotations

from typing import Annotated

from litestar import Response
from pydantic import Field, StrictStr

from functions.asking import ASKING_ERRORS, ask_session
from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import Body, read
from functions.http.numbers import Number
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import SessionName
from functions.reference.described import SESSION
from functions.routing import route
from shared.contracts.commands.calls import RejectCall
from shared.errors import NumberInvalid
from shared.jids import is_group
from shared.recipients import parse_recipient


class RejectCallBody(Body):
    """A call that rings, as its event tells it."""

    session_id: SessionName | None = None
    call_id: Annotated[StrictStr, Field(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
    number: Number = Field(description="Who calls: a number, or a LID.")


@route(
    "POST",
    "/api/reject-call",
    scope=Scope.MESSAGES_SEND,
    body=RejectCallBody,
    answers={200: Message},
    parameters=SESSION,
    errors=ASKING_ERRORS,
)
async def reject_call(request: HttpRequest) -> Response[bytes]:
    """Reject a call that rings. WhatsApp never says whether it did, or whether the call rang at all."""
    body = await read(request, RejectCallBody)
    caller = str(parse_recipient(body.number, tenant(request).default_region))
    if is_group(caller):
        raise NumberInvalid("Reject the call of a person, not of a group.")
    await ask_session(request, RejectCall(caller=caller, call_id=body.call_id), body.session_id)
    return answer(Message(message="The rejection was handed to WhatsApp"))


FAMILY = Family("calls", (reject_call,))
