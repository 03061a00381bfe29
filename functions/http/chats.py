"""Which chat a request names, and that its key may write to it and read it."""

from __future__ import annotations

from functions.access.limits import check_chat
from functions.http.requests import HttpRequest, tenant
from shared.jids import Jid
from shared.recipients import parse_chat, parse_recipient


def chat_of(request: HttpRequest, text: str) -> Jid:
    """A chat: of a number in any of its forms, a LID, a group, a newsletter or the status updates.

    Raises:
        NumberInvalid: it is none of these.
        ChatNotAllowed: see there.
    """
    return _checked(request, parse_chat(text, tenant(request).default_region))


def recipient_of(request: HttpRequest, text: str) -> Jid:
    """A person or a group, as `chat_of` reads it. Raises what that does."""
    return _checked(request, parse_recipient(text, tenant(request).default_region))


def _checked(request: HttpRequest, chat: Jid) -> Jid:
    check_chat(tenant(request), str(chat))
    return chat
