"""The chats of a session, and what was said in them."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response
from litestar.params import FromPath

from functions.asking import session_of
from functions.chats.marking import mark_chat_read
from functions.chats.schemas import (
    ChatAnswer,
    ChatsAnswer,
    FoundAnswer,
    SaidAnswer,
    chat_part,
    said,
)
from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.chats import chat_of
from functions.http.queries import whole_of_query
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import one_of_query
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from functions.services import services
from functions.unsupported import unsupported
from shared.chats.model import chat_with, is_place, place_at
from shared.errors import BadRequest, ChatNotFound, NotSupported, NumberInvalid, SessionNotFound
from shared.ids import now_ms

_MOST, _DEFAULT = 100, 50
_LONGEST_SEARCH = 200
_LONGEST_CURSOR = 64
_LIMIT = Parameter(
    "limit",
    "query",
    f"How many, at most {_MOST}; {_DEFAULT} by default.",
    {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _DEFAULT},
)
_CURSOR = {"type": "string", "pattern": "^[0-9]{13}-[0-9a-z_]{1,40}$"}


@route(
    "GET",
    "/api/chats",
    scope=Scope.MESSAGES_READ,
    answers={200: ChatsAnswer},
    parameters=(
        *SESSION,
        _LIMIT,
        Parameter("after", "query", "The `next` of the previous page.", _CURSOR),
        Parameter(
            "search",
            "query",
            "Only chats whose name or number has this text in it.",
            {"type": "string", "minLength": 1, "maxLength": _LONGEST_SEARCH},
        ),
    ),
    errors=(SessionNotFound,),
    chats="checked",
)
async def list_chats(request: HttpRequest) -> Response[bytes]:
    """List the chats of a session, each with its last message, by when that was. Status updates are in no chat."""
    session = await session_of(request)
    page = await services(request).chats.page(
        session.uid,
        limit=whole_of_query(request, "limit", most=_MOST, default=_DEFAULT),
        before=_place(request, "after"),
        search=_text(request, "search"),
    )
    chats = [chat_part(chat, session) for chat in page.chats if tenant(request).limits.have_chat(chat.chat)]
    return answer(ChatsAnswer(session_id=session.name, chats=chats, next=page.next))


@route(
    "GET",
    "/api/chats/{chat:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: ChatAnswer},
    parameters=SESSION,
    errors=(NumberInvalid, SessionNotFound, ChatNotFound),
    chats="checked",
)
async def get_chat(request: HttpRequest, chat: FromPath[str]) -> Response[bytes]:
    """Show a chat: of a number, a LID, a group, a newsletter, or `status@broadcast`."""
    named = str(chat_of(request, chat))
    session = await session_of(request)
    found = await services(request).chats.get(session.uid, named)
    if found is None:
        raise ChatNotFound
    return answer(ChatAnswer(session_id=session.name, chat=chat_part(found, session)))


@route(
    "GET",
    "/api/chats/{chat:str}/messages",
    scope=Scope.MESSAGES_READ,
    answers={200: SaidAnswer},
    parameters=(*SESSION, _LIMIT, Parameter("before", "query", "The `next` of the previous page.", _CURSOR)),
    errors=(NumberInvalid, SessionNotFound),
    chats="checked",
)
async def list_chat_messages(request: HttpRequest, chat: FromPath[str]) -> Response[bytes]:
    """List what was said in a chat, newest first: what arrived, what the phone wrote, and what was sent from here."""
    named = str(chat_of(request, chat))
    session = await session_of(request)
    page = await services(request).chats.messages(
        session.uid,
        named,
        limit=whole_of_query(request, "limit", most=_MOST, default=_DEFAULT),
        before=_place(request, "before"),
    )
    messages = [said(entry, session) for entry in page.entries]
    return answer(SaidAnswer(session_id=session.name, messages=messages, next=page.next))


@route(
    "DELETE",
    "/api/chats/{chat:str}",
    scope=Scope.SESSIONS_WRITE,
    answers={200: Message},
    parameters=SESSION,
    errors=(NumberInvalid, SessionNotFound),
    chats="checked",
)
async def delete_chat(request: HttpRequest, chat: FromPath[str]) -> Response[bytes]:
    """Remove a chat here, with its files. The phone, and the others in it, keep theirs."""
    named = str(chat_of(request, chat))
    session = await session_of(request)
    serving = services(request)

    async def drop(files: Sequence[str]) -> None:
        for file in files:
            await serving.uploads.remove(tenant(request).id, file)

    await serving.chats.remove(session.uid, named, place_at(now_ms()), drop)
    return answer(Message(message="Removed here. The phone and WhatsApp keep the chat."))


@route(
    "GET",
    "/api/search",
    scope=Scope.MESSAGES_READ,
    answers={200: FoundAnswer},
    parameters=(
        *SESSION,
        Parameter(
            "q",
            "query",
            "Words that a message contains: all of them, in any order. You may leave out the end of each word.",
            {"type": "string", "minLength": 1, "maxLength": _LONGEST_SEARCH},
            required=True,
        ),
        Parameter(
            "chat", "query", "Only in this chat.", {"type": "string", "minLength": 1, "maxLength": _LONGEST_CURSOR}
        ),
        _LIMIT,
        Parameter("after", "query", "The `next` of the previous page.", {"type": "string", "pattern": "^[0-9]{1,18}$"}),
    ),
    errors=(NumberInvalid, SessionNotFound, NotSupported),
    chats="checked",
)
async def search_messages(request: HttpRequest) -> Response[bytes]:
    """Search texts and captions of a session, whatever their case and accents, newest first."""
    asked, chat, after = _text(request, "q"), one_of_query(request, "chat"), one_of_query(request, "after")
    if asked is None:
        raise BadRequest("'q' is missing: say what to search.", field="q")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < _LONGEST_NUMBER):
        raise BadRequest("'after' has to be the 'next' of an earlier answer.", field="after")
    limit = whole_of_query(request, "limit", most=_MOST, default=_DEFAULT)
    named = None if chat is None else str(chat_of(request, chat))
    session = await session_of(request)
    page = await services(request).chats.search(session.uid, asked, limit=limit, chat=named, before=after)
    limits = tenant(request).limits
    messages = [said(entry, session) for entry in page.entries if limits.have_chat(chat_with(entry))]
    return answer(FoundAnswer(session_id=session.name, messages=messages, next=page.next))


_LONGEST_NUMBER = 19


def _text(request: HttpRequest, name: str) -> str | None:
    text = one_of_query(request, name)
    if text is not None and not 1 <= len(text) <= _LONGEST_SEARCH:
        raise BadRequest(f"'{name}' has to have 1 to {_LONGEST_SEARCH} characters.", field=name)
    return text


def _place(request: HttpRequest, name: str) -> str | None:
    text = one_of_query(request, name)
    if text is not None and not is_place(text):
        raise BadRequest(f"'{name}' has to be the 'next' of an earlier answer.", field=name)
    return text


FAMILY = Family(
    "chats",
    (
        list_chats,
        get_chat,
        list_chat_messages,
        search_messages,
        mark_chat_read,
        delete_chat,
        unsupported("POST", "/api/chats/{chat:str}/pin", "chat_settings", "pin_chat"),
        unsupported("POST", "/api/chats/{chat:str}/mute", "chat_settings", "mute_chat"),
        unsupported("POST", "/api/chats/{chat:str}/archive", "chat_settings", "archive_chat"),
        unsupported("POST", "/api/chats/{chat:str}/mark-unread", "chat_settings", "mark_chat_unread"),
        unsupported("POST", "/api/star-message", "chat_settings", "star_message"),
        unsupported("GET", "/api/labels", "labels", "list_labels", Scope.MESSAGES_READ),
        unsupported("POST", "/api/chats/{chat:str}/labels", "labels", "label_chat"),
    ),
)
