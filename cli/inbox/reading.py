"""The inbox of a session, or one chat of it, as the API tells it: pages, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli.gateway.api import Gateway, quoted
from cli.program.failure import Failure

INBOX = "/api/incoming-messages"
Message = dict[str, Any]
_LARGEST_PAGE = 500


def page(
    gateway: Gateway, session: str, limit: int, before: str | None = None, chat: str | None = None
) -> dict[str, Any]:
    """So many messages, newest first, older than the cursor `before` when one is given; all that arrived, or a chat."""
    query = {"limit": str(limit)} | ({} if before is None else {"before": before})
    path = INBOX if chat is None else f"/api/chats/{quoted(chat)}/messages"
    return gateway.ask("GET", path, session=session, query=query)


def find(gateway: Gateway, session: str, message_id: str) -> Message:
    """The newest message of this id; raises `Failure` when there is none."""
    for message in _every(gateway, session):
        if message["id"] == message_id:
            return message
    raise Failure(
        f"The inbox of the session '{session}' has no message '{message_id}'.",
        remedy="See 'wagate messages list'; another session is named with --session.",
        code="MESSAGE_NOT_FOUND",
    )


def _every(gateway: Gateway, session: str) -> Iterator[Message]:
    before: str | None = None
    while True:
        answer = page(gateway, session, _LARGEST_PAGE, before)
        yield from answer["messages"]
        before = answer["next"]
        if before is None:
            return
