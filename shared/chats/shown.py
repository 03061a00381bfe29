"""What a message that was sent from here says, in the shape of those that arrive (`shared.contracts.shown.Shown`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.messages.changes import reactions, results
from shared.messages.model import OutboundMessage

_WORDS = ("text", "caption", "question", "contact_name", "name")
"""Where a content has its visible text, the first that is there."""


def text_of_sent(content: Mapping[str, Any], changes: Mapping[str, Any]) -> str | None:
    """The visible text of a content, after what was said about it; None when there is none."""
    if "deleted" in changes:
        return None
    if "edit" in changes:
        return changes.get("text")
    return next((content[name] for name in _WORDS if content.get(name)), None)


def shown_of_sent(message: OutboundMessage) -> dict[str, Any]:
    """Fields of `Shown` by their JSON names; what it does not say is left out."""
    content, changes = message.content, message.changes
    if "deleted" in changes:
        return {"deleted": True}
    shown: dict[str, Any] = {
        "message": text_of_sent(content, changes),
        "edited": True if "edit" in changes else None,
        "forwarded": True if message.about.get("forwarded") else None,
        "media": _media(content.get("file"), content),
        "messageId": content.get("message_id"),
        "reactions": reactions(changes) or None,
        **_of_kind(content, changes),
    }
    return _said(shown)


def _media(file: Mapping[str, Any] | None, content: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is known of its file; the file itself ends with the upload."""
    if file is None:
        return None
    return _said(
        {
            "mimetype": file.get("mimetype") or None,
            "size": file.get("size"),
            "sha256": file.get("sha256") or None,
            "fileName": file.get("file_name"),
            "ptt": True if content["type"] == "voice" else None,
            "viewOnce": True if content.get("view_once") else None,
        }
    )


def _of_kind(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    read = _KINDS.get(content["type"])
    return {} if read is None else read(content, changes)


def _place(content: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    place = {name: content.get(name) for name in ("latitude", "longitude", "name", "address")}
    return {"location": _said(place | {"live": True if content["type"] == "live_location" else None})}


def _poll(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    poll = {"question": content["question"], "options": content["options"], "multiple": bool(content.get("multiple"))}
    return {"poll": _said(poll | {"results": results(content["options"], changes)})}


def _pin(content: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    pin = {"messageId": content["message_id"], "pinned": content["type"] == "pin", "seconds": content.get("duration")}
    return {"pin": _said(pin)}


def _invite(content: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    invite = {"group": content["group_jid"], "name": content["group_name"], "code": content["code"]}
    return {"invite": invite | {"expiresAt": content["expires_at"]}}


def _album(content: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [item["type"] for item in content["items"]]
    return {"album": {"images": kinds.count("image"), "videos": kinds.count("video")}}


def _choices(content: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    buttons = [
        {"type": each.get("type", "reply")} | _said({name: each.get(name) for name in ("id", "text", "url", "number")})
        for each in content.get("buttons", ())
    ]
    sections = [
        _said({"title": section.get("title"), "rows": [_row(row) for row in section["rows"]]})
        for section in content.get("sections", ())
    ]
    around = {"title": content.get("title"), "footer": content.get("footer"), "buttonText": content.get("button_text")}
    return {"interactive": _said(around | {"buttons": buttons or None, "sections": sections or None})}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    named = {"id": row.get("row_id"), "title": row.get("title"), "description": row.get("description")}
    return _said(named)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]] = {
    "location": _place,
    "live_location": _place,
    "poll": _poll,
    "reaction": lambda content, _: {
        "reaction": {"messageId": content["message_id"], "emoji": content.get("emoji", "")}
    },
    "vote": lambda content, _: {"vote": {"messageId": content["message_id"], "options": content["options"]}},
    "pin": _pin,
    "unpin": _pin,
    "group_invite": _invite,
    "album": _album,
    "buttons": _choices,
    "list": _choices,
    "interactive": _choices,
}
