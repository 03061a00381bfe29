"""Chats: who they are with, what was said, and writing into them."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.params import FromPath

from functions.chats.schemas import chat_part, said
from functions.console.front import forms
from functions.console.front.forms import Fields
from functions.console.front.page import page
from functions.console.front.visit import Visit
from functions.guards import Scope
from functions.http.bodies import validate
from functions.http.chats import chat_of
from functions.media.giving import file_answer
from functions.messages.file_kinds import FILE_KINDS
from functions.messages.file_sends import FileBody, send_file
from functions.messages.previewed import send_text
from functions.messages.schemas import SendTextBody
from functions.messages.sends import Kind, body_of
from functions.sessions.states import states_of
from shared.chats.model import is_place
from shared.errors import FormNotOurs, NotFound, NotSupported
from shared.ids import check_session_name
from shared.sessions.model import Session

_CHATS, _SAID, _FOUND = 40, 50, 20
_WAITS: Final = 10
"""Seconds that somebody looks at a form that was sent."""
_LONGEST_SEARCH: Final = 200
_KINDS: Final = {kind.file.word: kind for kind in FILE_KINDS if kind.file is not None}
_SHOWN_KINDS: Final = ("image", "video", "audio", "document")


@page("GET", "/console/chats", scope=Scope.MESSAGES_READ)
async def first(visit: Visit) -> Response[bytes]:
    """The chats of the first session that is connected."""
    sessions = await visit.serving.session_rows.all(visit.tenant)
    states = await states_of(visit.serving, sessions)
    found = next((state for state in states if state.connected), states[0] if states else None)
    return visit.go_to("/console/sessions" if found is None else f"/console/chats/{found.session_id}")


@page("GET", "/console/chats/{name:str}", scope=Scope.MESSAGES_READ)
async def show(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """The chats of a session, and one of them."""
    session = await _named(visit, name)
    asked = visit.query
    search, wanted = asked.one("q")[:_LONGEST_SEARCH], asked.one("chat")
    named = str(chat_of(visit.request, wanted)) if wanted else None
    told = {"session": session, "search": search, "named": named, "kinds": _SHOWN_KINDS}
    match visit.request.headers.get("HX-Target") if visit.by_htmx else None:
        case "people":
            return visit.page("_people.html", **told, **await _people(visit, session, search))
        case "talk":
            return visit.page("_talk.html", **told, **await _talk(visit, session, named))
        case _:
            people, talk = await _people(visit, session, search), await _talk(visit, session, named)
            names = [each.name for each in await visit.serving.session_rows.all(visit.tenant)]
            return visit.page("chats.html", **told, **people, **talk, names=sorted(names, key=str.casefold))


@page("POST", "/console/chats/{name:str}/text", scope=Scope.MESSAGES_SEND)
async def write(visit: Visit, name: FromPath[str]) -> Response[bytes]:
    """Send a text, and show the chat with it."""
    form = await visit.form()
    session = await _named(visit, name)
    said_here = {
        "sessionId": session.name,
        "number": form.one("chat"),
        "message": form.one("text"),
        "wait": _WAITS,
        **({"quotedId": form.one("quoted")} if form.one("quoted") else {}),
    }
    await send_text(visit.request, validate(SendTextBody, said_here))
    return await _after(visit, session, form.one("chat"))


@page("POST", "/console/chats/{name:str}/file/{kind:str}", scope=Scope.MESSAGES_SEND)
async def send(visit: Visit, name: FromPath[str], kind: FromPath[str]) -> Response[bytes]:
    """Send the file of a form, which comes piece by piece: its token is in a header."""
    if visit.login is None:
        raise FormNotOurs
    forms.check_token(visit.request, visit.login, Fields([]))
    session = await _named(visit, name)
    chat = visit.query.one("chat")
    found = _KINDS.get(kind)
    if found is None or found.file is None:
        raise NotFound
    await send_file(visit.request, _body(found), found.file)
    return await _after(visit, session, chat)


@page("GET", "/console/media/{media_id:str}", scope=Scope.MESSAGES_READ)
async def media(visit: Visit, media_id: FromPath[str]) -> Response[bytes]:
    """A file of a message, as the API gives it."""
    return await file_answer(visit.request, visit.tenant.id, media_id)


def _body(kind: Kind) -> type[FileBody]:
    body = kind.body or body_of(kind.content, kind.file)
    if not issubclass(body, FileBody):
        raise TypeError(f"{kind.path} sends no file")
    return body


async def _after(visit: Visit, session: Session, chat: str) -> Response[bytes]:
    named = str(chat_of(visit.request, chat))
    told = {"session": session, "search": "", "named": named, "kinds": _SHOWN_KINDS}
    return visit.page("_talk.html", **told, **await _talk(visit, session, named))


async def _people(visit: Visit, session: Session, search: str) -> dict[str, Any]:
    """The chats whose name or number has the text in it, and messages that have its words."""
    chats = visit.serving.chats
    try:
        found = await chats.page(session.uid, limit=_CHATS, search=search or None)
        words = await chats.search(session.uid, search, limit=_FOUND) if search else None
    except NotSupported:
        found, words = await chats.page(session.uid, limit=_CHATS), None
    return {
        "people": [chat_part(chat, session) for chat in found.chats],
        "found": [] if words is None else [said(entry, session) for entry in words.entries],
        "more": found.next is not None,
    }


async def _talk(visit: Visit, session: Session, named: str | None) -> dict[str, Any]:
    """What was said in a chat, the oldest of a page first."""
    if named is None:
        return {"talk": None, "chat": None, "earlier": None}
    before = visit.query.one("before")
    page_ = await visit.serving.chats.messages(
        session.uid, named, limit=_SAID, before=before if is_place(before) else None
    )
    chat = await visit.serving.chats.get(session.uid, named)
    return {
        "talk": [said(entry, session) for entry in reversed(page_.entries)],
        "chat": None if chat is None else chat_part(chat, session),
        "earlier": page_.next,
    }


async def _named(visit: Visit, name: str) -> Session:
    return await visit.serving.session_rows.existing(visit.tenant, check_session_name(name))


PAGES = (first, show, write, send, media)
