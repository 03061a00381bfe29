"""Link a session with a phone: a code that changes by itself, a code to type, and what to do when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from litestar import Response
from litestar.params import FromPath
from markupsafe import Markup

from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.status import Words, words_of
from functions.guards import Scope
from functions.sessions import logging_in, pictures
from functions.sessions.states import states_of
from shared.contracts.commands.pairing import LoginReply
from shared.errors import NumberInvalid, SessionAlreadyConnected, WagateError
from shared.ids import check_session_name, now_ms
from shared.recipients import parse_recipient
from shared.sessions.model import Session, SessionStatus

_RESTS: Final = frozenset({SessionStatus.LOGGED_OUT, SessionStatus.STOPPED, SessionStatus.FAILED})
NO_MORE: Final = 286
"""The status that ends htmx' asking every few seconds (https://htmx.org/docs/#polling)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the place of the code shows."""

    name: str
    words: Words
    picture: Markup | None = None
    until: int | None = None
    """When the code changes; milliseconds since 1970."""
    number: str | None = None
    push_name: str | None = None
    connected: bool = False
    rests: bool = False
    """Whether nothing goes on before a new code is asked for."""
    problem: WagateError | None = None

    @property
    def seconds(self) -> int:
        """For which the code is still good."""
        return max(1, round(((self.until or 0) - now_ms()) / 1000))


@page("GET", "/console/sessions/{name:str}/scan", scope=Scope.SESSIONS_WRITE, chats="none")
async def scan_page(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """The page; it asks for a code when it is open, so that looking at its address begins nothing."""
    session = await _named(visit, name)
    by_number = visit.query.has("by-number")
    return visit.page("scan.html", session=session, scan=await scan_of(visit, session), by_number=by_number)


@page("GET", "/console/sessions/{name:str}/scan/now", scope=Scope.SESSIONS_WRITE, chats="none")
async def scan_now(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """What the place of the code shows now."""
    scan = await scan_of(visit, await _named(visit, name))
    if visit.query.has("by-number") and not scan.connected:
        return visit.html("", status=204)
    return visit.page("_scan.html", scan=scan, status=NO_MORE if scan.connected else 200)


@page("POST", "/console/sessions/{name:str}/scan/begin", scope=Scope.SESSIONS_WRITE, chats="none")
async def begin(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Have it show codes, and show the first one."""
    await visit.form()
    await _named(visit, name)
    session = await logging_in.wanted(visit.serving, visit.tenant, name)
    try:
        scan = await told(session, await logging_in.login(visit.serving, session, request_id=visit.id))
    except WagateError as problem:
        scan = Scan(name=name, words=words_of("failed", None), rests=True, problem=problem)
    return visit.page("_scan.html", scan=scan)


@page("POST", "/console/sessions/{name:str}/scan/code", scope=Scope.SESSIONS_WRITE, chats="none")
async def code(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Give a code to type on the phone."""
    form = await visit.form()
    await _named(visit, name)
    number = parse_recipient(form.one("number"), visit.tenant.default_region).number
    if number is None:
        raise NumberInvalid("Write the phone's own number with the country code: 628123456789.")
    session = await logging_in.wanted(visit.serving, visit.tenant, name)
    reply = await logging_in.pair_code(visit.serving, session, number, request_id=visit.id)
    return visit.page("_code.html", code=reply.code, until=reply.expires_at)


async def scan_of(visit: Visit, session: Session) -> Scan:
    """What is shown of a session now; begins nothing."""
    try:
        reply = await logging_in.shown_now(visit.serving, session, request_id=visit.id)
    except SessionAlreadyConnected:
        reply = None
    except WagateError as problem:
        return Scan(name=session.name, words=words_of("failed", None), rests=True, problem=problem)
    if reply is not None:
        return await told(session, reply)
    (state,) = await states_of(visit.serving, [session])
    return Scan(
        name=session.name,
        words=words_of(state.status, state.reason),
        number=state.number,
        push_name=state.push_name,
        connected=state.connected,
        rests=state.status in _RESTS,
    )


async def told(session: Session, reply: LoginReply) -> Scan:
    """What is shown of what its host said."""
    status = SessionStatus(reply.status)
    picture = None if reply.qr is None else Markup(await pictures.inline_svg(reply.qr))  # noqa: S704 - drawn by us
    return Scan(
        name=session.name,
        words=words_of(status, reply.reason),
        picture=picture,
        until=reply.qr_expires_at,
        number=reply.number,
        push_name=reply.push_name,
        connected=status is SessionStatus.CONNECTED,
        rests=status in _RESTS,
    )


async def _named(visit: Visit, name: str) -> Session:
    return await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))


PAGES = (scan_page, scan_now, begin, code)
