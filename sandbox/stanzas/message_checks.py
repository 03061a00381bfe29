"""What is wrong with a message's stanza. WhatsApp drops such a message, or shows nothing, without a word to its sender.

The server cannot look into a message, but a client says in the clear what kind it is, and phones go by that.
Facts: what neonize 0.5.2 and Baileys 7.0.0-rc14 send for every kind (docs/sandbox.md#stanzas).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sandbox.wire.nodes import Node

_TYPES: Final = frozenset({"text", "media", "reaction", "poll", "event", "medianotify", "pay"})
_MEDIA_TYPES: Final = frozenset({
    "image", "video", "gif", "audio", "ptt", "document", "sticker", "vcard", "contact_array", "livelocation", "url",
    "list", "list_response", "buttons_response", "native_flow_response", "order", "product",
})  # fmt: skip
_EDITS: Final = {"1": "text", "2": "text", "3": "text", "7": "", "8": "text"}  # edit: the type it comes with, "": any
_POLL_TYPES: Final = frozenset({"creation", "vote", "result_snapshot", "quiz_creation"})
_ONCE: Final = ("participants", "device-identity", "biz", "meta", "bot")
_LEGACY_BUTTONS: Final = 405
_EMPTY_INTERACTIVE: Final = 479


def errors_of(message: Node) -> tuple[str, ...]:
    """Return what is wrong with a message frame, in words; nothing is wrong with an empty answer."""
    return tuple(_errors(message))


def media_type_of(message: Node) -> str:
    """Return the `mediatype` that the encrypted parts of a message carry; empty when there is none."""
    return next(iter(_media_types(message)), "")


def refusal_of(message: Node) -> int:
    """Return the code with which the real server refuses interactive messages of this form; 0 when it does not.

    Reported by others, measured in August 2026 (whatsmeow, pull request 1235).
    """
    for biz in message.children:
        if biz.tag != "biz":
            continue
        for child in biz.children:
            if child.tag == "buttons" or (child.tag == "list" and child.attrs.get("type") == "single_select"):
                return _LEGACY_BUTTONS
            if child.tag == "interactive" and not child.children:
                return _EMPTY_INTERACTIVE
    return 0


def _errors(message: Node) -> Iterator[str]:
    type_, edit = str(message.attrs.get("type", "")), str(message.attrs.get("edit", ""))
    if type_ not in _TYPES:
        yield f"type is {type_!r}, which is none"
    yield from _media_errors(message, type_)
    if edit and edit not in _EDITS:
        yield f"edit is {edit!r}, which is none"
    elif edit and _EDITS[edit] not in ("", type_):
        yield f"edit {edit} comes with type {_EDITS[edit]}, not {type_}"
    tags = [child.tag for child in message.children]
    for tag in _ONCE:
        if (times := tags.count(tag)) > 1:
            yield f"<{tag}> is there {times} times"
    yield from _poll_errors(message, type_)
    hides = {str(enc.attrs["decrypt-fail"]) for enc in _encs(message) if "decrypt-fail" in enc.attrs}
    if hides - {"hide"}:
        yield f"decrypt-fail is {', '.join(sorted(hides))}, not hide"


def _media_errors(message: Node, type_: str) -> Iterator[str]:
    media_types = _media_types(message)
    for media_type in sorted(media_types - _MEDIA_TYPES):
        yield f"mediatype is {media_type!r}, which is none"
    if len(media_types) > 1:
        yield f"the mediatypes differ: {', '.join(sorted(media_types))}"
    if type_ == "media" and not media_types:
        yield "type is media, and there is no mediatype"
    if type_ != "media" and media_types:
        yield f"mediatype {', '.join(sorted(media_types))} comes with type media, not {type_}"


def _poll_errors(message: Node, type_: str) -> Iterator[str]:
    meta = message.child("meta")
    poll_type = meta.attrs.get("polltype") if meta else None
    if type_ == "poll" and poll_type not in _POLL_TYPES:
        yield f"type is poll, and <meta polltype> is {poll_type or 'missing'}"
    if type_ != "poll" and poll_type is not None:
        yield f"<meta polltype> comes with type poll, not {type_}"


def _media_types(message: Node) -> set[str]:
    return {str(enc.attrs["mediatype"]) for enc in _encs(message) if "mediatype" in enc.attrs}


def _encs(message: Node) -> Iterator[Node]:
    """Iterate over the encrypted parts: for single devices, and for a group as a whole."""
    for child in message.children:
        if child.tag == "enc":
            yield child
        elif child.tag == "participants":
            for device in child.children:
                yield from (part for part in device.children if part.tag == "enc")
