"""Ask once more for the file of a message that arrived."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath
from pydantic import Field

from functions.access.limits import check_chat
from functions.guards import Scope
from functions.http.answers import Answer, answer
from functions.http.bodies import Body, read
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import SessionName, session_name
from functions.routing import route
from functions.services import services
from shared.contracts.shown import Media
from shared.errors import MediaNotFound, MessageNotFound, SessionNotFound
from shared.ids import now_ms
from shared.messages.received import FETCHING


class FetchBody(Body):
    """Which message."""

    session_id: SessionName | None = None
    chat: str = Field(min_length=3, max_length=128, description="The message's `chat`.")
    from_me: bool = False


class FetchAnswer(Answer):
    """What is known of the file now: `stored`, or `fetching` for a while."""

    session_id: str
    id: str
    media: Media


@route(
    "POST",
    "/api/incoming-messages/{message_id:str}/media",
    scope=Scope.SESSIONS_WRITE,
    body=FetchBody,
    answers={200: FetchAnswer},
    errors=(SessionNotFound, MessageNotFound, MediaNotFound),
    chats="checked",
)
async def fetch_media(request: HttpRequest, message_id: FromPath[str]) -> Response[bytes]:
    """Ask once more for the file of a message that is `gone`; it is tried within a minute."""
    serving = services(request)
    body = await read(request, FetchBody)
    session = await serving.session_rows.existing(tenant(request), session_name(request, body.session_id))
    check_chat(tenant(request), body.chat)
    found = None
    for chat in await serving.chats.addresses(session.uid, body.chat):
        found = found or await serving.inbox.get(session.uid, chat, message_id, from_me=body.from_me)
    if found is None:
        raise MessageNotFound
    if "media" not in found.content or found.raw is None:
        raise MediaNotFound
    media = found.content["media"]
    if media.get("state") not in {"stored", FETCHING}:
        await serving.inbox.change([found.about_file({"state": FETCHING, "reason": None}, now_ms())])
        media = {name: value for name, value in media.items() if name != "reason"} | {"state": FETCHING}
    return answer(FetchAnswer(session_id=session.name, id=found.id, media=Media.model_validate(media)))
