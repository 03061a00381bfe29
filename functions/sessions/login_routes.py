"""Pair a session with a phone: by a QR code, or by a code that is typed."""

from __future__ import annotations

from litestar import Response
from litestar.datastructures.headers import Accept

from functions.families import Family
from functions.guards import Scope
from functions.hosts.session_rows import NEW_SESSION_ERRORS
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, header, request_id, tenant
from functions.http.session_names import session_name
from functions.reference.described import SESSION
from functions.routing import route
from functions.services import services
from functions.sessions import logging_in, pictures
from functions.sessions.schemas import PairCodeAnswer, PairCodeBody, QrAnswer
from shared import errors
from shared.contracts.commands.pairing import LoginReply
from shared.recipients import parse_recipient
from shared.sessions.model import SessionStatus

_JSON, _PNG, _SVG, _TEXT = "application/json", "image/png", "image/svg+xml", "text/plain"
_LOGIN_ERRORS = (
    errors.Unreachable,
    errors.Disconnected,
    errors.NoHost,
    errors.UnlinkPending,
    errors.BusUnavailable,
    errors.TooManyLogins,
    *NEW_SESSION_ERRORS,
)
_NOT_KEPT = {"Cache-Control": "no-store"}


@route(
    "GET",
    "/api/qr",
    scope=Scope.SESSIONS_WRITE,
    answers={200: QrAnswer},
    parameters=SESSION,
    media_types=(_PNG, _SVG, _TEXT),
    errors=(*_LOGIN_ERRORS, errors.SessionAlreadyConnected),
    chats="none",
)
async def get_qr(request: HttpRequest) -> Response[bytes]:
    """Give the QR code to scan. A session that was not there is made; one that was stopped is started."""
    serving = services(request)
    form = _form(request)
    session = await logging_in.wanted(serving, tenant(request), session_name(request))
    reply = await logging_in.login(serving, session, request_id=request_id(request.scope))
    status = SessionStatus(reply.status)
    if form != _JSON:
        return await _picture(reply, status, form)
    return answer(
        QrAnswer(
            qr=None if reply.qr is None else await pictures.data_url(reply.qr),
            qr_text=reply.qr,
            session_id=session.name,
            status=status,
            reason=reply.reason,
            expires_at=reply.qr_expires_at,
        ),
        headers=_NOT_KEPT,
    )


@route(
    "POST",
    "/api/pair-code",
    scope=Scope.SESSIONS_WRITE,
    body=PairCodeBody,
    answers={200: PairCodeAnswer},
    parameters=SESSION,
    errors=(
        *_LOGIN_ERRORS,
        errors.NumberInvalid,
        errors.NumberNotOnWhatsApp,
        errors.RateLimited,
        errors.WhatsAppRefused,
        errors.SessionAlreadyConnected,
    ),
    chats="none",
)
async def get_pair_code(request: HttpRequest) -> Response[bytes]:
    """Give a code to type on the phone: WhatsApp, Linked devices, Link with phone number."""
    serving = services(request)
    key = tenant(request)
    body = await read(request, PairCodeBody)
    name = session_name(request, body.session_id)
    number = parse_recipient(body.number, key.default_region).number
    if number is None:
        raise errors.NumberInvalid("Pairing needs the phone's own number, digits with the country code: 628123456789.")
    session = await logging_in.wanted(serving, key, name)
    reply = await logging_in.pair_code(serving, session, number, request_id=request_id(request.scope))
    return answer(
        PairCodeAnswer(code=reply.code, session_id=session.name, expires_at=reply.expires_at), headers=_NOT_KEPT
    )


def _form(request: HttpRequest) -> str:
    accept = Accept(header(request, "Accept") or "*/*")
    return accept.best_match([_JSON, _PNG, _SVG, _TEXT], default=_JSON)


async def _picture(reply: LoginReply, status: SessionStatus, form: str) -> Response[bytes]:
    if reply.qr is None:
        if status is SessionStatus.CONNECTED:
            raise errors.SessionAlreadyConnected
        raise errors.Disconnected(
            f"There is no code to scan now: the session is {status}. Ask again in a moment.",
            retry_after=2,
            connectionStatus=status.value,
            reason=reply.reason,
        )
    if form == _TEXT:
        content = reply.qr.encode()
    else:
        content = await (pictures.png if form == _PNG else pictures.svg)(reply.qr)
    return Response(content, media_type=form, status_code=200, headers=_NOT_KEPT)


FAMILY = Family(
    "login",
    (
        get_qr,
        get_pair_code,
    ),
)
