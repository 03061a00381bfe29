"""The page that a customer opens by a link, without a key: scan, done, back to where they came from."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.links import Link, checked_address, opened, token_of, was_used
from functions.console.pages.scanning import NO_MORE, Scan, scan_of, told
from functions.console.words.status import words_of
from functions.guards import Scope
from functions.sessions import logging_in
from functions.sessions.states import states_of
from shared.errors import LinkOver, NumberInvalid, SessionAlreadyConnected, WagateError
from shared.ids import check_session_name, now_ms
from shared.recipients import parse_recipient


@page("POST", "/console/sessions/{name:str}/link", scope=Scope.SESSIONS_WRITE)
async def make(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Make a link for a session that waits for a phone, and show it."""
    form = await visit.form()
    back = checked_address(form.one("return-url"))
    session = await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))
    (state,) = await states_of(visit.serving, [session])
    if state.connected:
        raise SessionAlreadyConnected("The session is connected: log it out before somebody else links a phone.")
    link = Link(visit.tenant.id, session.uid, now_ms(), back)
    return visit.page("_link.html", address=f"{visit.origin}/console/link/{token_of(visit.serving.sealer, link)}")


@page("GET", "/console/link/{token:str}", opens="nobody")
async def show(visit: Visit, token: FromPath[str]) -> Response[bytes]:
    """The page; looking at it begins nothing, as programs look at links that are sent."""
    link, _, session = await opened(visit.serving, token)
    if await was_used(visit.serving, link, session):
        raise LinkOver
    scan = await scan_of(visit, session)
    by_number = visit.query.has("by-number")
    return visit.page("link.html", link=link, token_=token, scan=scan, by_number=by_number, place=_place(token))


@page("GET", "/console/link/{token:str}/now", opens="nobody")
async def now(visit: Visit, token: FromPath[str]) -> Response[bytes]:
    """What the place of the code shows now; that it is done once, whatever the session does afterwards."""
    link, _, session = await opened(visit.serving, token)
    if await was_used(visit.serving, link, session):
        scan = await scan_of(visit, session)
        if not scan.connected and scan.words.tone != "waits":
            raise LinkOver
    else:
        scan = await scan_of(visit, session)
    if visit.query.has("by-number") and not scan.connected:
        return visit.html("", status=204)
    status = NO_MORE if scan.connected else 200
    return visit.page("_scan.html", scan=scan, link=link, place=_place(token), status=status)


@page("POST", "/console/link/{token:str}/begin", opens="nobody")
async def begin(visit: Visit, token: FromPath[str]) -> Response[bytes]:
    """Have the session show codes, and show the first one."""
    await visit.form()
    link, key, session = await opened(visit.serving, token)
    if await was_used(visit.serving, link, session):
        raise LinkOver
    try:
        session = await logging_in.start(visit.serving, session)
        scan = await told(session, await logging_in.login(visit.serving, session, request_id=visit.id))
    except WagateError as problem:
        scan = Scan(name=session.name, words=words_of("failed", None), rests=True, problem=problem)
    visit.serving.usage.count(key.id)
    return visit.page("_scan.html", scan=scan, link=link, place=_place(token))


@page("POST", "/console/link/{token:str}/code", opens="nobody")
async def code(visit: Visit, token: FromPath[str]) -> Response[bytes]:
    """Give a code to type on the phone."""
    form = await visit.form()
    link, key, session = await opened(visit.serving, token)
    if await was_used(visit.serving, link, session):
        raise LinkOver
    number = parse_recipient(form.one("number"), key.default_region).number
    if number is None:
        raise NumberInvalid("Write the phone's own number with the country code: 628123456789.")
    session = await logging_in.start(visit.serving, session)
    reply = await logging_in.pair_code(visit.serving, session, number, request_id=visit.id)
    return visit.page("_code.html", code=reply.code, until=reply.expires_at)


def _place(token: str) -> str:
    return f"/console/link/{token}"


PAGES = (make, show, now, begin, code)
