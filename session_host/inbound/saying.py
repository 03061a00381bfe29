"""What an event says about another message, as the change that the row of that message takes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from session_host.inbound.entry import Entry
from shared.contracts.events import MessageReceived, Target
from shared.messages.changes import Change, Kind

KINDS: Mapping[str, Kind] = {
    "edit": "edit",
    "revoke": "delete",
    "reaction": "reaction",
    "vote": "vote",
    "poll_option": "option",
    "event_answer": "answer",
}
"""By type of the message that says it."""
NO_ROWS = frozenset({"edit", "revoke"})
"""What is no row of its own where the row of its message takes it."""


def change_by(entry: Entry, event: MessageReceived, target: Target) -> Change:
    """The change that an event is; while it is sealed, what opens it later has the event itself and its protobuf."""
    kind = KINDS[event.type]
    by_author = kind in {"edit", "delete"}
    says = _says(event, target)
    if event.sealed:
        raw = base64.b64encode(entry.raw or b"").decode()
        kind, says = "sealed", {"event": entry.event.decode(), "raw": raw}
    return Change(
        session_uid=entry.session_uid,
        chat=event.chat,
        message_id=target.id,
        from_me=target.from_me,
        kind=kind,
        id=event.id,
        at=target.said_at,
        arrived_at=event.at,
        number=target.from_number if by_author else event.from_number,
        lid=target.from_lid if by_author else event.from_lid,
        says=says,
    )


def opening(entry: Entry, event: MessageReceived) -> Change:
    """What the row of something that was sealed says now."""
    return Change(
        session_uid=entry.session_uid,
        chat=event.chat,
        message_id=event.id,
        from_me=event.from_me,
        kind="opened",
        id=event.id,
        at=event.at,
        arrived_at=event.at,
        says=event.content.model_dump(mode="json"),
    )


def sealed_in(change: Change) -> tuple[MessageReceived, bytes]:
    """The event that a sealed change was, and its protobuf."""
    return MessageReceived.model_validate_json(change.says["event"]), base64.b64decode(change.says["raw"])


def _says(event: MessageReceived, target: Target) -> dict[str, Any]:
    content = event.content
    if event.type == "reaction":
        return {"emoji": content.reaction.emoji if content.reaction else None}
    if event.type == "vote":
        return {"choices": list(target.choices or ())}
    if event.type == "poll_option":
        return {"option": content.message}
    if event.type == "event_answer":
        answer = content.answer.model_dump(mode="json") if content.answer else {}
        return {name: answer[name] for name in ("response", "guests") if name in answer}
    return content.model_copy(update={"message_id": None}).model_dump(mode="json")
