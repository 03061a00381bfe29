"""A message of the inbox as a person reads it. What strangers wrote cannot steer the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.inbox.reading import Message
from cli.program.output import local_time
from shared.invisible import without_invisible

HEADER = ("TIME", "CHAT", "FROM", "ID", "TYPE", "MESSAGE")
_PERSON = "@s.whatsapp.net"
_LONGEST = 100
"""Characters of a text in a list."""
_REASONS = {
    "expired": "WhatsApp no longer has it",
    "corrupt": "the file at WhatsApp is not the one of the message",
    "unreachable": "WhatsApp did not deliver it",
    "too_large": "it is larger than this gateway keeps",
    "not_kept": "this gateway does not keep files of its kind",
    "quota": "the files of the key take all the room that they may",
    "no_room": "the gateway has no room left for files",
    "not_readable": "the message does not say how to open it",
}


def row(message: Message) -> tuple[str, ...]:
    """The cells of a line of a list; `HEADER` names them. CHAT is what one answers to."""
    return (
        local_time(message["timestamp"] * 1000),
        message["chat"].removesuffix(_PERSON),
        author(message),
        message["id"],
        message["type"],
        _short(summary(message)),
    )


def author(message: Message) -> str:
    """Who wrote it: `me`, what they call themselves, or their number."""
    if message["fromMe"]:
        return "me"
    return one_line(message["pushName"] or "") or message["from"] or message["fromLid"] or "-"


def summary(message: Message) -> str:
    """What it says, and what is to be known of its file, in one line."""
    said = [one_line(part) for part in (_content(message), about_file(message)) if part]
    return " ".join(part for part in said if part)


def about_file(message: Message) -> str:
    """What a person has to know of its file: nothing when it is here."""
    media: Mapping[str, Any] = message.get("media", {})
    match media.get("state"):
        case "fetching":
            return "(its file is being fetched)"
        case "gone":
            return f"(its file is gone: {why_gone(media)})"
        case _:
            return ""


def why_gone(media: Mapping[str, Any]) -> str:
    """Why there is no file, in words."""
    reason = str(media.get("reason"))
    return _REASONS.get(reason, reason)


def one_line(text: str) -> str:
    """The text without line breaks and what nobody sees: control characters are commands to a terminal."""
    return without_invisible(" ".join(text.split()))


def several_lines(text: str) -> str:
    """The same, line by line."""
    return "\n".join(one_line(line) for line in text.splitlines())


def _content(message: Message) -> str:
    if message.get("deleted"):
        return "(deleted)"
    if "reaction" in message:
        reaction = message["reaction"]
        return f"{reaction['emoji'] or 'nothing'} on {reaction['messageId']}"
    if message["message"]:
        return message["message"]
    if "location" in message:
        return f"{message['location'].get('latitude')}, {message['location'].get('longitude')}"
    if "contacts" in message:
        return ", ".join(contact.get("name") or "-" for contact in message["contacts"])
    return message.get("media", {}).get("fileName") or ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
