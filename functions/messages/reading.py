"""Say to their senders that messages were read."""

from __future__ import annotations

from collections import defaultdict

from litestar import Response
from pydantic import Field, StrictBool

from functions.asking import ASKING_ERRORS
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import Body, read
from functions.http.chats import recipient_of
from functions.http.numbers import Number
from functions.http.requests import HttpRequest, request_id, tenant
from functions.http.session_names import SessionName, session_name
from functions.messages.schemas import MessageRef
from functions.reference.described import SESSION
from functions.routing import route
from functions.services import Services, services
from shared.contracts.commands.messages import MarkRead
from shared.errors import BadRequest, TargetNotFound
from shared.jids import PHONE, Jid, is_group
from shared.sessions.model import Session

_ANSWER_WITHIN = 15.0
_MOST = 500


class ReadBody(Body):
    """Messages of one chat that were read."""

    session_id: SessionName | None = None
    number: Number
    message_id: MessageRef | None = Field(default=None, description="The message, by its `id` in the inbox.")
    message_ids: list[MessageRef] | None = Field(
        default=None, min_length=1, max_length=_MOST, description="Or several of them."
    )
    played: StrictBool = Field(default=False, description="Say that a voice note was listened to, or a video watched.")


@route(
    "POST",
    "/api/mark-as-read",
    scope=Scope.MESSAGES_SEND,
    body=ReadBody,
    answers={200: Message},
    parameters=SESSION,
    errors=(*ASKING_ERRORS, TargetNotFound),
    chats="checked",
)
async def mark_as_read(request: HttpRequest) -> Response[bytes]:
    """Mark messages as read: their senders see it, and the phone shows them as read too."""
    serving = services(request)
    body = await read(request, ReadBody)
    if (body.message_id is None) is (body.message_ids is None):
        raise BadRequest("Give either 'messageId' or 'messageIds'.", field="messageId")
    name = session_name(request, body.session_id)
    chat = recipient_of(request, body.number)
    session = await serving.session_rows.existing(tenant(request), name)
    ids = tuple(body.message_ids or [body.message_id or ""])
    for sender, theirs in (await _senders(serving, session, chat, ids)).items():
        command = MarkRead(chat=str(chat), sender=sender, message_ids=tuple(theirs), played=body.played)
        await serving.owners.ask(
            session.uid, command, request_id=request_id(request.scope), answer_within=_ANSWER_WITHIN
        )
    last = await serving.inbox.get(session.uid, str(chat), ids[-1], from_me=False)
    if last is not None:
        await serving.chats.mark_read(session.uid, str(chat), last.position)
    return answer(Message(message="Marked as read"))


async def _senders(serving: Services, session: Session, chat: Jid, ids: tuple[str, ...]) -> dict[str, list[str]]:
    """The messages by who sent them: WhatsApp wants that of a group, and only the inbox knows."""
    if not is_group(str(chat)):
        return {str(chat): list(ids)}
    senders: defaultdict[str, list[str]] = defaultdict(list)
    for id_ in ids:
        found = await serving.inbox.get(session.uid, str(chat), id_, from_me=False)
        sender = None if found is None else found.from_lid or f"{found.from_number}@{PHONE}"
        if sender is None:
            raise TargetNotFound(messageId=id_)
        senders[sender].append(id_)
    return senders
