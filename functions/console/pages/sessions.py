"""Every session of the key: which one needs a hand, why, and the one thing to press."""

from __future__ import annotations

import asyncio
from typing import Final

from litestar import Response

from functions.console.front.errors import said_of
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.listed import shown_of
from functions.guards import Scope
from functions.sessions import lifecycle
from functions.sessions.states import states_of
from shared.errors import BadRequest, WagateError
from shared.ids import check_session_name

_AT_ONCE: Final = 16
_MOST: Final = 500


@page("GET", "/console/sessions", scope=Scope.SESSIONS_READ, chats="none")
async def list_sessions(visit: Visit) -> Response[bytes]:
    """The list, and the part of it that changes."""
    sessions = await visit.serving.session_rows.all(visit.tenant)
    states = await states_of(visit.serving, sessions)
    asked = visit.query
    first = visit.request.headers.get("HX-Trigger") == "asked"  # what is searched for begins on the first page
    number = asked.one("page")
    shown = shown_of(
        sessions,
        states,
        show=asked.one("show"),
        search=asked.one("q"),
        page=1 if first or not number.isdecimal() else int(number[:6]),
    )
    alive = await visit.serving.liveness.alive(row.host for row in shown.rows if row.host)
    signs = await visit.serving.shard_signs.of(alive)
    return visit.page("_sessions.html" if visit.by_htmx else "sessions.html", shown=shown, signs=signs)


@page("POST", "/console/new-session", scope=Scope.SESSIONS_WRITE, chats="none")
async def new_session(visit: Visit) -> Response[bytes]:
    """Make a session, and go on to its code."""
    form = await visit.form()
    name = check_session_name(form.one("name"))
    await visit.serving.session_rows.obtain_fresh(visit.tenant, name)
    return visit.go_to(f"/console/sessions/{name}/scan")


@page("POST", "/console/many-sessions", scope=Scope.SESSIONS_WRITE)
async def many(visit: Visit) -> Response[bytes]:
    """Start or stop those that were chosen."""
    form = await visit.form()
    names, wanted = form.every("name")[:_MOST], form.one("do")
    if wanted not in {"start", "stop"}:
        raise BadRequest("It can be started or stopped.", field="do")
    act = lifecycle.start if wanted == "start" else lifecycle.stop
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> str | None:
        async with places:
            try:
                session = await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))
                await act(visit.serving, session, request_id=visit.id)
            except WagateError as error:
                return f"{name}: {said_of(error, visit.language)}"
        return None

    came = await asyncio.gather(*map(one, names))
    problems = [each for each in came if each is not None]
    return visit.page("_done_many.html", done=len(names) - len(problems), wanted=wanted, problems=problems)


PAGES = (list_sessions, new_session, many)
