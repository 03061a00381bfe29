"""Which chat an address of the API names."""

from __future__ import annotations

from functions.http.requests import HttpRequest, tenant
from shared.messages.received import STATUS_CHAT
from shared.recipients import parse_chat


def chat_of(request: HttpRequest, text: str) -> str:
    """The JID of a chat: of a number in any of its forms, a LID, a group, a newsletter or the status updates.

    Raises:
        NumberInvalid: it is none of these.
    """
    return text if text == STATUS_CHAT else str(parse_chat(text, tenant(request).default_region))
