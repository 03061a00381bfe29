"""Send a message, and ask where it is."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from functions.guards import Scope, api_key
from functions.hosts.session_rows import NEW_SESSION_ERRORS
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.problems import problem
from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.routes import get
from functions.http.session_names import session_name
from functions.messages.idempotency import SCHEMA, idempotency
from functions.messages.schemas import (
    MAX_TEXT,
    MessageAnswer,
    PendingAnswer,
    SendBody,
    SendTextBody,
    SentAnswer,
    message_answer,
)
from functions.reference.described import SESSION, Description, Link, Parameter, described
from functions.sending.draft import Draft
from functions.sending.outcomes import Sent
from functions.sending.sender import Replayed, Report
from functions.services import services
from functions.sessions.pictures import data_url
from shared import errors
from shared.contracts.content.kind import Content
from shared.contracts.content.text import Text
from shared.ids import is_message_id, now_ms
from shared.jids import parse_recipient

_IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "One send for one key, for 24 h: repeat a request with it as often as needed.",
    SCHEMA,
)
_REPLAYED = {"Idempotent-Replayed": "true"}

SEND_ERRORS = (
    errors.NumberInvalid,
    errors.NumberNotOnWhatsApp,
    errors.IdempotencyKeyReused,
    errors.SendInFlight,
    errors.RateLimited,
    errors.WhatsAppRefused,
    errors.WhatsAppSilent,
    errors.Disconnected,
    errors.NoHost,
    errors.BusUnavailable,
    errors.SendUnknown,
    errors.MessageExpired,
    errors.SenderChanged,
    errors.QueueFull,
    *NEW_SESSION_ERRORS,
)


class MessagesController(Controller):
    """Outbound messages."""

    path = "/api"
    guards = [api_key]  # noqa: RUF012 - litestar's way to declare them

    @post(
        "/send-message",
        opt=described(
            Description(
                key="api",
                body=SendTextBody,
                answers={200: SentAnswer, 202: PendingAnswer},
                parameters=(*SESSION, _IDEMPOTENCY_KEY),
                errors=(*SEND_ERRORS, errors.TextTooLong),
                links=(Link("get_message", {"message_id": "id"}),),
            ),
            Scope.MESSAGES_SEND,
        ),
    )
    async def send_message(self, request: HttpRequest) -> Response[bytes]:
        """Send a text message and wait for WhatsApp's acknowledgement."""
        body = await read(request, SendTextBody)
        if len(body.message) > MAX_TEXT:
            raise errors.TextTooLong(f"The text has {len(body.message)} characters. Split it.", limit=MAX_TEXT)
        return await _send(request, body, Text(text=body.message))

    @get(
        "/messages/{message_id:str}",
        opt=described(
            Description(key="api", answers={200: MessageAnswer}, errors=(errors.MessageNotFound,)), Scope.MESSAGES_READ
        ),
    )
    async def get_message(self, request: HttpRequest, message_id: FromPath[str]) -> Response[bytes]:
        """Say where a message is, and when it came there."""
        serving = services(request)
        row = await serving.messages.get(message_id) if is_message_id(message_id) else None
        if row is None or row.key_id != tenant(request).id:
            raise errors.MessageNotFound
        session = await serving.sessions.get(row.session_uid)
        return answer(message_answer(row, session.name if session else None))


async def _send(request: HttpRequest, body: SendBody, content: Content) -> Response[bytes]:
    serving = services(request)
    key = tenant(request)
    name = session_name(request, body.session_id)
    to = parse_recipient(body.number, key.default_region)
    says: dict[str, Any] = {
        "route": request.scope["path"],
        "session": name,
        "to": str(to),
        "content": content.model_dump(),
        "queue": body.queue,
        "expiresIn": body.expires_in,
    }
    same = idempotency(request, key_id=key.id, now=now_ms(), says=says)
    session = await serving.session_rows.obtain(key, name)
    draft = Draft(to, content, queue=body.queue, expires_in=body.expires_in, wait=body.wait)
    try:
        report = await serving.sender.send(session, draft, same, request_id=request_id(request.scope))
    except Replayed as replayed:
        return problem(request, await _with_picture(replayed.error), headers=_REPLAYED)
    except errors.Disconnected as error:
        raise await _with_picture(error) from error
    return _answer(report, name)


def _answer(report: Report, name: str) -> Response[bytes]:
    headers = _REPLAYED if report.replayed else None
    outcome = report.outcome
    if isinstance(outcome, Sent):
        sent = SentAnswer(message_id=outcome.wa_id, id=report.id, session_id=name, timestamp=outcome.timestamp)
        return answer(sent, headers=headers)
    pending = PendingAnswer(id=report.id, status=outcome.state, session_id=name)
    return answer(pending, status=202, headers=headers)


async def _with_picture(error: errors.WagateError) -> errors.WagateError:
    """The code to scan as a picture, as GET /api/qr gives it; hosts send its text."""
    text = error.details.get("qr")
    if isinstance(text, str) and not text.startswith("data:"):
        error.details["qr"] = await data_url(text)
    return error
