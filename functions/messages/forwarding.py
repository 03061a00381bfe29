"""Pass a message on: what the session sent is sent again, what came to it goes on as it came."""

from __future__ import annotations

from litestar import Response

from functions.guards import Scope
from functions.http.bodies import read
from functions.http.chats import recipient_of
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import session_name
from functions.messages.asking import SEND_ERRORS, SEND_PARAMETERS, send_content
from functions.messages.schemas import ForwardBody, PendingAnswer, SentAnswer
from functions.reference.described import Link
from functions.routing import route
from functions.services import services
from shared.contracts.about import About
from shared.contracts.content.kind import AboutMessage, Content
from shared.contracts.content.sayings import Forward
from shared.contracts.contents import CONTENT
from shared.errors import TargetUnfit
from shared.ids import is_message_id
from shared.messages.model import OutboundMessage


@route(
    "POST",
    "/api/forward-message",
    scope=Scope.MESSAGES_SEND,
    body=ForwardBody,
    answers={200: SentAnswer, 202: PendingAnswer},
    parameters=SEND_PARAMETERS,
    errors=(*SEND_ERRORS, TargetUnfit),
    links=(Link("get_message", {"message_id": "id"}),),
    chats="checked",
)
async def forward_message(request: HttpRequest) -> Response[bytes]:
    """Forward a message to another chat, marked as forwarded. Its file is not uploaded again."""
    body = await read(request, ForwardBody)
    chat = recipient_of(request, body.from_number)
    ours = await _sent(request, body)
    if ours is None:
        return await send_content(request, body, Forward(message_id=body.message_id, chat=str(chat)))
    about = About(forwarded=True, client_ref=body.client_ref)
    return await send_content(request, body, _again(ours), about)


async def _sent(request: HttpRequest, body: ForwardBody) -> OutboundMessage | None:
    """The message when it is one that this session sent."""
    serving = services(request)
    session = await serving.session_rows.find(tenant(request), session_name(request, body.session_id))
    if session is None:
        return None
    if not is_message_id(body.message_id):
        row = await serving.messages.by_wa_id(session.uid, body.message_id)
        return row if row is not None and tenant(request).limits.have_chat(row.to) else None
    row = await serving.messages.get(body.message_id)
    if row is None or row.session_uid != session.uid or not tenant(request).limits.have_chat(row.to):
        return None
    return row


def _again(row: OutboundMessage) -> Content:
    content: Content = CONTENT.validate_python(row.content)
    if isinstance(content, AboutMessage):
        raise TargetUnfit("This message cannot be forwarded. Nothing was sent.", messageId=row.id)
    return content
