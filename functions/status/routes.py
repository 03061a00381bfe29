"""Status posts: what a number shows for a day to those whom its phone lets see it."""

from __future__ import annotations

import re

from litestar import Response
from litestar.params import FromPath

from functions.asking import ASKING_ERRORS, ask_session
from functions.families import Family
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.bodies import read, validate
from functions.http.forms import FORM, is_form
from functions.http.requests import HttpRequest
from functions.messages.asking import SEND_ERRORS, SEND_PARAMETERS, TARGET_ERRORS, send_content
from functions.messages.file_sends import FILE_ERRORS, form_of, send_file, send_with_file
from functions.messages.schemas import PendingAnswer, SentAnswer
from functions.messages.sends import body_of
from functions.reference.described import SESSION, Link
from functions.routing import route
from functions.status.schemas import FIELD, AudienceAnswer, StatusUpdateBody
from shared import errors
from shared.contracts.commands.status import ReadAudience
from shared.contracts.content.sayings import Revoke
from shared.jids import STATUS

_SHOWN = (Link("get_message", {"message_id": "id"}),)
_Deleting = body_of(Revoke)
_ID = re.compile(r"[!-~]{1,128}")


@route(
    "POST",
    "/api/status-updates",
    scope=Scope.MESSAGES_SEND,
    body=StatusUpdateBody,
    forms={FORM: form_of(StatusUpdateBody)},
    answers={200: SentAnswer, 202: PendingAnswer},
    parameters=SEND_PARAMETERS,
    errors=(*SEND_ERRORS, *FILE_ERRORS, errors.TextTooLong, errors.NotSupported),
    links=_SHOWN,
)
async def post_status_update(request: HttpRequest) -> Response[bytes]:
    """Post a status update: a text, a picture, a video or a voice note, to those whom the phone's privacy names."""
    if is_form(request):
        return await send_file(request, StatusUpdateBody, FIELD)
    body = await read(request, StatusUpdateBody, request.app.state.base64_limit)
    text = body.words()
    return await (send_with_file(request, body, FIELD) if text is None else send_content(request, body, text))


@route(
    "GET",
    "/api/status-updates/audience",
    scope=Scope.MESSAGES_READ,
    answers={200: AudienceAnswer},
    parameters=SESSION,
    errors=(errors.WhatsAppRefused, *(error for error in ASKING_ERRORS if error is not errors.NumberInvalid)),
)
async def get_status_audience(request: HttpRequest) -> Response[bytes]:
    """Say whom status updates of the session's number go to."""
    reply = await ask_session(request, ReadAudience())
    return answer(AudienceAnswer(who=reply.who, people=reply.people))


@route(
    "DELETE",
    "/api/status-updates/{message_id:str}",
    scope=Scope.MESSAGES_SEND,
    answers={200: SentAnswer, 202: PendingAnswer},
    parameters=SEND_PARAMETERS,
    errors=(*SEND_ERRORS, *TARGET_ERRORS),
    links=_SHOWN,
)
async def delete_status_update(request: HttpRequest, message_id: FromPath[str]) -> Response[bytes]:
    """Delete a status update, by the `id` or `messageId` that its post answered."""
    if not _ID.fullmatch(message_id):
        raise errors.TargetNotFound(messageId=message_id)
    body = validate(_Deleting, {"number": STATUS, "messageId": message_id})
    return await send_content(request, body, body.content())


FAMILY = Family("status", (post_status_update, get_status_audience, delete_status_update))
