"""The log of sends: what became of each, the request of it and the answer, and sending once more what was not sent."""

from __future__ import annotations

from typing import Any, Final

import orjson
from litestar import Response
from litestar.params import FromPath

from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.console.words.sends import GROUPS, call_of, row_of, why_of
from functions.guards import Scope
from functions.messages.album_parts import parts_of
from functions.messages.log import MOST_SESSIONS, Wanted, sends_of
from functions.messages.resending import can_be_resent, resend
from functions.messages.schemas import message_answer
from functions.messages.seen import is_seen
from shared.errors import MessageNotFound, SessionNotFound, WagateError
from shared.ids import is_message_id
from shared.messages.model import OutboundMessage

_PER_PAGE: Final = 50
_LONGEST: Final = 40


@page("GET", "/console/messages", scope=Scope.MESSAGES_READ)
async def show_all(visit: Visit) -> Response[bytes]:
    """The newest sends of one session or of all, and the part of the page that changes."""
    asked = visit.query
    names = {each.uid: each.name for each in await visit.serving.session_rows.all(visit.tenant)}
    by_name = {name: uid for uid, name in names.items()}
    ordered, name = sorted(by_name, key=str.casefold), asked.one("session")
    if name not in by_name:
        name = ordered[0] if len(ordered) > MOST_SESSIONS else ""
    show = asked.one("show") if asked.one("show") in GROUPS else "all"
    before = asked.one("before") if is_message_id(asked.one("before")) else None
    search = asked.one("q")[:_LONGEST]
    wanted = Wanted(GROUPS[show][1], "".join(filter(str.isdigit, search)))
    uids = [by_name[name]] if name else list(names)
    found = await sends_of(visit.serving.send_log, uids, wanted, limit=_PER_PAGE, before=before)
    return visit.page(
        "_messages.html" if visit.by_htmx else "messages.html",
        rows=[row_of(message, names) for message in found.messages],
        next=found.next,
        before=before,
        names=ordered,
        chosen=name,
        of_all=len(ordered) <= MOST_SESSIONS,
        show=show,
        search=search,
        groups=GROUPS,
    )


@page("GET", "/console/messages/{message_id:str}", scope=Scope.MESSAGES_READ)
async def show(visit: Visit, message_id: FromPath[str]) -> Response[bytes]:
    """One of them, and the part of its page that changes."""
    message = await _own(visit, message_id)
    return visit.page("_message.html" if visit.by_htmx else "message.html", **await _told(visit, message))


@page("POST", "/console/messages/{message_id:str}/resend", scope=Scope.MESSAGES_SEND)
async def once_more(visit: Visit, message_id: FromPath[str]) -> Response[bytes]:
    """Send it as a new message, and go there; that it is not sent either stands on its page."""
    await visit.form()
    message = await _own(visit, message_id)
    session = await visit.serving.sessions.get(message.session_uid)
    if session is None:
        raise SessionNotFound
    try:
        new_id = (await resend(visit.serving, session, message, request_id=visit.id)).id
    except WagateError as error:
        if "id" not in error.details:
            raise
        new_id = str(error.details["id"])
    return visit.go_to(f"/console/messages/{new_id}")


async def _told(visit: Visit, message: OutboundMessage) -> dict[str, Any]:
    session = await visit.serving.sessions.get(message.session_uid)
    name = session.name if session else None
    parts = await parts_of(visit.serving.messages, message)
    answer = message_answer(message, name, parts).model_dump(mode="json", by_alias=True)
    return {
        "message": message,
        "row": row_of(message, {message.session_uid: name or ""}),
        "steps": sorted(message.times.items(), key=lambda step: step[1]),
        "call": None if name is None else call_of(message, name, visit.origin),
        "answer": orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode(),
        "why": why_of(message),
        "resends": name is not None and can_be_resent(message) and visit.may(Scope.MESSAGES_SEND),
    }


async def _own(visit: Visit, message_id: str) -> OutboundMessage:
    message = await visit.serving.messages.get(message_id) if is_message_id(message_id) else None
    if message is None or not await is_seen(visit.serving, visit.tenant, message):
        raise MessageNotFound
    return message


PAGES = (show_all, show, once_more)
