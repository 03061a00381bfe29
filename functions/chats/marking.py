"""Say that a whole chat was read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from litestar import Response

from functions.asking import ASKING_ERRORS, ask, session_of
from functions.chats.schemas import MarkChatBody, MarkedAnswer
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.chats import recipient_of
from functions.http.requests import HttpRequest
from functions.reference.described import SESSION
from functions.routing import route
from functions.services import services
from shared.contracts.commands.messages import MarkRead
from shared.jids import PHONE, is_group
from shared.messages.received import InboundMessage

_AT_ONCE = 200
"""Ids of one receipt."""


@route(
    "POST",
    "/api/mark-chat-read",
    scope=Scope.MESSAGES_SEND,
    body=MarkChatBody,
    answers={200: MarkedAnswer},
    parameters=SESSION,
    errors=ASKING_ERRORS,
    chats="checked",
)
async def mark_chat_read(request: HttpRequest) -> Response[bytes]:
    """Say to their senders that everything unread in a chat was read; the phone shows the chat as read too."""
    body = await read(request, MarkChatBody)
    chat = str(recipient_of(request, body.number))
    session = await session_of(request, body.session_id)
    chats = services(request).chats
    unread = await chats.unread(session.uid, chat)
    for sender, ids in _by_sender(chat, unread).items():
        for start in range(0, len(ids), _AT_ONCE):
            some = tuple(ids[start : start + _AT_ONCE])
            await ask(request, session, MarkRead(chat=chat, sender=sender, message_ids=some))
    if unread:  # only now: what nobody was told is unread still
        await chats.mark_read(session.uid, chat, unread[0].position)
    return answer(MarkedAnswer(session_id=session.name, chat=chat, marked=len(unread)))


def _by_sender(chat: str, unread: Sequence[InboundMessage]) -> dict[str, list[str]]:
    """The ids of messages, the oldest first, by who sent them: WhatsApp wants that of a group."""
    senders: defaultdict[str, list[str]] = defaultdict(list)
    for message in reversed(unread):
        sender = message.from_lid or f"{message.from_number}@{PHONE}" if is_group(chat) else chat
        senders[sender].append(message.id)
    return senders
