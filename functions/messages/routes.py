"""Send a message, and ask where it is."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.families import Family
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.requests import HttpRequest, tenant
from functions.messages.album_parts import parts_of
from functions.messages.album_sends import send_album
from functions.messages.forwarding import forward_message
from functions.messages.kinds import KINDS
from functions.messages.reading import mark_as_read
from functions.messages.receipts import get_message_receipts
from functions.messages.schemas import MessageAnswer, message_answer
from functions.messages.seen import is_seen
from functions.routing import route
from functions.services import services
from shared.errors import MessageNotFound
from shared.ids import is_message_id


@route(
    "GET",
    "/api/messages/{message_id:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: MessageAnswer},
    errors=(MessageNotFound,),
    chats="checked",
)
async def get_message(request: HttpRequest, message_id: FromPath[str]) -> Response[bytes]:
    """Say where a message is, and when it came there."""
    serving = services(request)
    row = await serving.messages.get(message_id) if is_message_id(message_id) else None
    if row is None or not await is_seen(serving, tenant(request), row):
        raise MessageNotFound
    session = await serving.sessions.get(row.session_uid)
    parts = await parts_of(serving.messages, row)
    return answer(message_answer(row, session.name if session else None, parts))


FAMILY = Family(
    "messages",
    (
        *(route for kind in KINDS for route in kind.routes()),
        send_album,
        forward_message,
        mark_as_read,
        get_message,
        get_message_receipts,
    ),
)
