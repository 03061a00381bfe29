"""What others said about a message since it was sent."""

from __future__ import annotations

from typing import Any

from shared.contracts.shown import Poll, ReactionOf
from shared.messages.changes import reactions, results
from shared.messages.model import OutboundMessage


def said_since(row: OutboundMessage) -> dict[str, Any]:
    """Fields of `MessageAnswer`; those of which there is nothing are left out."""
    changes = row.changes
    if "deleted" in changes:
        return {"deleted": True}
    fields: dict[str, Any] = {}
    if on_it := reactions(changes):
        fields["reactions"] = tuple(ReactionOf.model_validate(each) for each in on_it)
    if "edit" in changes:
        fields |= {"edited": True, "message": changes.get("text")}
    content = row.content
    if standing := results(content.get("options", ()), changes):
        question = {"question": content.get("question", ""), "options": content["options"]}
        multiple = bool(content.get("multiple"))
        fields["poll"] = Poll.model_validate(question | {"multiple": multiple, "results": standing})
    return fields
