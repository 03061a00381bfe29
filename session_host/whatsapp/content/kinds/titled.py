"""Kinds of which only the words are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from shared.contracts.shown import Shown

_WORDS = (
    "text", "caption", "body", "selectedDisplayText", "message", "name", "title", "displayName", "note",
    "description", "groupName", "newsletterName", "eventTitle", "orderTitle", "callReason",
)  # fmt: skip
"""Where protobufs have what a person reads, the likeliest first."""
_DEEP = 4


def titled(type_: str) -> Reader:
    """A reader of a kind that is shown by its words alone."""

    def read(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
        return Reading(type_, Shown(message=words(content)))

    return read


def words(content: Any, deep: int = _DEEP) -> str | None:  # noqa: ANN401 - a protobuf
    """What a person would most likely read in a message of any kind; None when there is nothing like it."""
    if not hasattr(content, "ListFields"):
        return content if isinstance(content, str) and content else None
    fields = {field.name: value for field, value in content.ListFields()}
    said = [fields[name] for name in _WORDS if isinstance(fields.get(name), str)]
    if found := text_of(*said):
        return found
    if deep:
        for name, value in fields.items():
            if name != "contextInfo" and hasattr(value, "ListFields") and (found := words(value, deep - 1)):
                return found
    return None


def comment(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A comment on a message of a community."""
    about = Shown(message=words(content.message), message_id=content.targetMessageKey.ID)
    return Reading("text", about, content.targetMessageKey)


READERS: Mapping[str, Reader] = {
    "commentMessage": comment,
    "call": titled("call"),
    "bcallMessage": titled("call"),
    "callLogMesssage": titled("call"),
    "scheduledCallCreationMessage": titled("call"),
    "scheduledCallEditMessage": titled("call"),
}
