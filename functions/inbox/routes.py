"""What arrived at a session."""

from __future__ import annotations

import re

from litestar import Response

from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.queries import true_in_query, whole_of_query
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import one_of_query, session_name
from functions.inbox.media import fetch_media
from functions.inbox.schemas import ClearBody, InboxAnswer, received
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from functions.services import services
from shared.errors import BadRequest, SessionNotFound
from shared.ids import now_ms

_DEFAULT_LIMIT, _MAX_LIMIT = 50, 500
_CURSOR = re.compile(r"[0-9A-Za-z_-]{1,64}")


@route(
    "GET",
    "/api/incoming-messages",
    scope=Scope.MESSAGES_READ,
    answers={200: InboxAnswer},
    parameters=(
        *SESSION,
        Parameter(
            "limit",
            "query",
            f"How many messages in a page, 1 to {_MAX_LIMIT}; {_DEFAULT_LIMIT} by default.",
            {"type": "integer", "minimum": 1, "maximum": _MAX_LIMIT, "default": _DEFAULT_LIMIT},
        ),
        Parameter(
            "before",
            "query",
            "The `next` of the previous page.",
            {"type": "string", "pattern": f"^{_CURSOR.pattern}$"},
        ),
        Parameter(
            "status",
            "query",
            "`true`: other people's status updates, which are otherwise left out.",
            {"type": "boolean", "default": False},
        ),
    ),
    errors=(SessionNotFound,),
    chats="checked",
)
async def list_incoming_messages(request: HttpRequest) -> Response[bytes]:
    """List what arrived at a session, newest first."""
    serving = services(request)
    limit, before, status = (
        whole_of_query(request, "limit", most=_MAX_LIMIT, default=_DEFAULT_LIMIT),
        _before(request),
        true_in_query(request, "status"),
    )
    session = await serving.session_rows.existing(tenant(request), session_name(request))
    page = await serving.inbox.newest(session.uid, limit=limit, before=before, status=status)
    limits = tenant(request).limits
    messages = [received(message) for message in page.messages if limits.have_chat(message.chat)]
    return answer(InboxAnswer(session_id=session.name, messages=messages, next=page.next))


@route(
    "POST",
    "/api/clear-messages",
    scope=Scope.SESSIONS_WRITE,
    body=ClearBody,
    answers={200: Message},
    parameters=SESSION,
    errors=(SessionNotFound,),
)
async def clear_messages(request: HttpRequest) -> Response[bytes]:
    """Remove what arrived at a session, history and names of chats too, and the files that came with it."""
    serving = services(request)
    body = await read(request, ClearBody)
    session = await serving.session_rows.existing(tenant(request), session_name(request, body.session_id))
    await serving.file_rows.expire_of(session.key_id, session.uid, now_ms())  # first: a repeat finds what is left
    await serving.inbox.clear(session.uid)
    await serving.chats.clear(session.uid)
    return answer(Message(message="Messages cleared successfully"))


def _before(request: HttpRequest) -> str | None:
    text = one_of_query(request, "before")
    if text is not None and not _CURSOR.fullmatch(text):
        raise BadRequest("'before' has to be the 'next' of an earlier answer.", field="before")
    return text


FAMILY = Family(
    "inbox",
    (
        list_incoming_messages,
        fetch_media,
        clear_messages,
    ),
)
